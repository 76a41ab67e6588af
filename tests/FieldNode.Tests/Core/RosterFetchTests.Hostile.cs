using FieldNode.Answers.Roster;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

// Requests without authorization, and eavesdroppers.
public sealed partial class RosterFetchTests
{
    [Fact]
    public async Task Hostile_requests_for_a_roster_are_refused_with_a_code()
    {
        var random = new Random(Seed.Take(nameof(Hostile_requests_for_a_roster_are_refused_with_a_code)));
        await using var host = await TestHost.Start();
        var endpoint = new FieldNode.Host.Http.RosterEndpoint(host.Store, new NodeRegistry(host.Store, TimeProvider.System),
            new Rosters(host.Store), TimeProvider.System);
        var honest = new byte[RosterMessage.RequestBytes];
        RosterMessage.WriteRequest(honest, host.Store.HostId, host.Node.Id, 1, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var body = honest.AsSpan(0, random.Next(4) == 0 ? random.Next(honest.Length + 1) : honest.Length).ToArray();
            if (body.Length > 0)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            var (answer, problem) = endpoint.Answer(body);
            Assert.Empty(answer);
            Assert.InRange(problem!.Status, 400, 404);
        }

        System.Security.Cryptography.HMACSHA256.HashData(Logs.KeysOf(host.Key).Roster, honest.AsSpan(0, RosterMessage.RequestTagged),
            honest.AsSpan(RosterMessage.RequestTagged));
        Assert.Equal("no-roster", endpoint.Answer(honest).Problem!.Code);

        RosterMessage.WriteRequest(honest, host.Store.HostId, host.Node.Id, 0, 0); // asks for any roster
        System.Security.Cryptography.HMACSHA256.HashData(Logs.KeysOf(host.Key).Roster, honest.AsSpan(0, RosterMessage.RequestTagged),
            honest.AsSpan(RosterMessage.RequestTagged));
        var (nothing, _) = endpoint.Answer(honest);
        var table = new RosterTable();
        Assert.True(RosterMessage.IsAnswerTo(honest, nothing, nothing.Length));
        Assert.True(RosterMessage.TryReadTable(nothing, table, HmacTags.Instance, Logs.KeysOf(host.Key).Roster));
        Assert.Equal((0, 0, 0), (table.Number, table.People, RosterMessage.CountOf(nothing)));
    }

    [Fact]
    public async Task An_eavesdropper_gets_no_table_key_and_no_two_answers_mask_it_alike()
    {
        await using var host = await HostWithRoster(1000);
        var endpoint = new FieldNode.Host.Http.RosterEndpoint(host.Store, new NodeRegistry(host.Store, TimeProvider.System),
            new Rosters(host.Store), TimeProvider.System);
        var keys = Logs.KeysOf(host.Key);
        var request = new byte[RosterMessage.RequestBytes];
        RosterMessage.WriteRequest(request, host.Store.HostId, host.Node.Id, 0, 0);
        System.Security.Cryptography.HMACSHA256.HashData(keys.Roster, request.AsSpan(0, RosterMessage.RequestTagged),
            request.AsSpan(RosterMessage.RequestTagged));

        var (one, other) = (endpoint.Answer(request).Answer, endpoint.Answer(request).Answer);

        var key = BitConverter.GetBytes(new Rosters(host.Store).Find("S")!.Table.Key);
        Assert.Equal(-1, one.AsSpan().IndexOf(key));
        Assert.NotEqual(one.AsSpan(20, 8).ToArray(), other.AsSpan(20, 8).ToArray());
        var table = new RosterTable();
        Assert.True(RosterMessage.TryReadTable(one, table, HmacTags.Instance, keys.Roster));
        Assert.Equal(BitConverter.ToUInt64(key), table.Key);
    }
}
