using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Uplink;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>A node fetches the roster from its host, whatever happens on the way.</summary>
public sealed class RosterFetchTests
{
    [Fact]
    public async Task A_node_takes_the_roster_from_its_host_and_the_next_one_in_its_place()
    {
        var time = new JumpingTime();
        await using var host = await TestHost.Start(time);
        var rosters = new Rosters(host.Store);
        rosters.Set("S", [.. SampleRoster.Residents.Select(resident => new RosterPerson("S", resident.Code, resident.Household, resident.Building))]);
        var settings = new FieldNode.Core.NodeSettings { NodeId = host.Node.Id, HostId = host.Store.HostId, GatherMs = 500 };
        var link = new SimulatedLink(new HttpPort(host), new Random(3), new LinkQuality());
        var board = new SimulatedBoard(settings, host.Key, new NorFlash(64 * 4096), link, new Bench(), new NorFlash(SimulatedBoard.RosterBytes));

        var took = RunUntil(board, 0, () => board.Node!.Roster.Number == 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{SampleRoster.PeopleCount} people were on the node after {took / 1000d:F1} simulated seconds, {link.Delivered} requests");
        Assert.Equal(SampleRoster.PeopleCount, board.Node!.Roster.Count);

        rosters.Set("S", [new RosterPerson("S", SampleRoster.Residents[0].Code, "1", "1")]);
        time.Jump = TimeSpan.FromSeconds(2); // the host looks for another roster once a second
        board.Press(FieldNode.Core.Ports.Button.Arrived);
        RunUntil(board, took, () => board.Node!.Roster.Number == 2);
        Assert.Equal(1, board.Node!.Roster.Count);
    }

    [Fact]
    public async Task Answers_changed_on_the_way_never_become_a_roster()
    {
        var random = new Random(Seed.Take(nameof(Answers_changed_on_the_way_never_become_a_roster)));
        await using var host = await TestHost.Start();
        new Rosters(host.Store).Set("S", [.. SampleRoster.Residents.Take(1000).Select(resident => new RosterPerson("S", resident.Code, resident.Household, resident.Building))]);
        var settings = new FieldNode.Core.NodeSettings { NodeId = host.Node.Id, HostId = host.Store.HostId, GatherMs = 500 };
        var link = new SimulatedLink(new HttpPort(host, random), new Random(3), LinkQuality.Perfect);
        var flash = new NorFlash(SimulatedBoard.RosterBytes);
        var board = new SimulatedBoard(settings, host.Key, new NorFlash(64 * 4096), link, new Bench(), flash);

        RunUntil(board, 0, () => board.Node!.Roster.Number == 1);
        Assert.Equal(1000, board.Node!.Roster.Count);
        var body = new Rosters(host.Store).Find("S")!.Body;
        Assert.Equal(body, flash.Cells.AsSpan(4096, body.Length).ToArray());
    }

    [Fact]
    public async Task Hostile_requests_for_a_roster_are_refused_with_a_code()
    {
        var random = new Random(Seed.Take(nameof(Hostile_requests_for_a_roster_are_refused_with_a_code)));
        await using var host = await TestHost.Start();
        var endpoint = new FieldNode.Host.Http.RosterEndpoint(host.Store, new NodeRegistry(host.Store, TimeProvider.System), new Rosters(host.Store), TimeProvider.System);
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

        System.Security.Cryptography.HMACSHA256.HashData(Logs.KeysOf(host.Key).Roster, honest.AsSpan(0, RosterMessage.RequestTagged), honest.AsSpan(RosterMessage.RequestTagged));
        Assert.Equal("no-roster", endpoint.Answer(honest).Problem!.Code);

        RosterMessage.WriteRequest(honest, host.Store.HostId, host.Node.Id, 0, 0); // whatever there is
        System.Security.Cryptography.HMACSHA256.HashData(Logs.KeysOf(host.Key).Roster, honest.AsSpan(0, RosterMessage.RequestTagged), honest.AsSpan(RosterMessage.RequestTagged));
        var (nothing, _) = endpoint.Answer(honest);
        var table = new RosterTable();
        Assert.True(RosterMessage.TryReadAnswer(honest, nothing, nothing.Length, table));
        Assert.Equal((0, 0, 0), (table.Number, table.People, RosterMessage.CountOf(nothing)));
    }

    private static long RunUntil(SimulatedBoard board, long from, Func<bool> condition)
    {
        for (var now = from; now < from + 600_000; now += 20)
        {
            board.Step(now);
            if (board.Node is not null && condition())
            {
                return now;
            }
        }

        Assert.Fail("the roster did not come within ten simulated minutes");
        return 0;
    }

    private sealed class JumpingTime : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Jump.TotalSeconds * TimestampFrequency);
    }

    private sealed class HttpPort(TestHost host, Random? tamper = null) : IHostPort
    {
        public HostAnswer Post(byte kind, byte[] body)
        {
            var (type, path) = kind == FieldNode.Core.Ports.UplinkKind.Roster ? (FieldNode.Host.Http.RosterEndpoint.ContentType, FieldNode.Host.Http.RosterEndpoint.Path) : (FieldNode.Host.Http.BatchEndpoint.ContentType, FieldNode.Host.Http.BatchEndpoint.Path);
            var (status, answer, _) = host.Post(body, type, path).GetAwaiter().GetResult();
            if (tamper is not null && kind == FieldNode.Core.Ports.UplinkKind.Roster && tamper.Next(2) == 0)
            {
                answer = tamper.Next(3) == 0 ? answer[..tamper.Next(answer.Length)] : answer;
                answer = tamper.Next(3) == 0 ? [.. answer, (byte)tamper.Next(256)] : answer;
                if (answer.Length > 0)
                {
                    answer[tamper.Next(answer.Length)] ^= (byte)(1 << tamper.Next(8));
                }
            }

            return new HostAnswer(status, answer);
        }
    }
}
