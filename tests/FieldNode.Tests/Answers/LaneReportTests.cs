using System.Security.Cryptography;
using System.Text;
using FieldNode.Answers;
using FieldNode.Host.Http;
using FieldNode.Lane;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

/// <summary>
/// A node reports its lane's state with each status. If the host's records give another state, that is a doubt with both states.
/// </summary>
public abstract class LaneReportTests(Stores stores)
{
    private const uint Epoch = 7;
    private const string Person = "11010519491231002X";

    private readonly List<byte[]> _frames = Logs.Morning(Epoch, "L1", "ZZ00000001", Person);

    [Fact]
    public async Task The_nodes_own_state_raises_no_doubt()
    {
        await using var host = await TestHost.Start(stores: stores);
        await host.Accept(host.Batch(Epoch, 1, [.. _frames]));

        await Tell(host, record: 4, StateAt(4));

        Assert.Empty(await Doubts(host));
        Assert.Equal(0, Kept(host));
    }

    [Fact]
    public async Task Another_state_is_a_doubt_with_both_until_somebody_accepts_it()
    {
        await using var host = await TestHost.Start(stores: stores);
        await host.Accept(host.Batch(Epoch, 1, [.. _frames]));

        await Tell(host, record: 4, StateAt(3)); // a state without the person

        var doubt = Assert.Single(await Doubts(host));
        Assert.Equal(($"lane:{host.Node.IdText}/{Epoch:X8}/4", "正飞 L1"), (doubt.Id, doubt.Where));
        Assert.Equal([("node", "group 0/10, done 0"), ("host", "group 1/10, done 1")],
            doubt.Evidence.Select(one => (one.Variant, Shown(one.Words))));
        Assert.Equal([StateAt(3), StateAt(4)], doubt.Evidence.Select(one => Convert.FromBase64String(one.State)));

        await Tell(host, record: 4, StateAt(2)); // the first difference found stays
        Assert.Equal(StateAt(3), Convert.FromBase64String((await Doubts(host)).Single().Evidence[0].State));
        new Settlement(host.Store, TimeProvider.System).Settle(doubt.Id, Settlement.Accept, null, "li.si", "told the makers");
        Assert.Empty(await Doubts(host));
    }

    [Fact]
    public async Task A_doubt_ends_when_node_and_host_agree_again()
    {
        await using var host = await TestHost.Start(stores: stores);
        await host.Accept(host.Batch(Epoch, 1, [.. _frames]));
        await Tell(host, record: 4, StateAt(3));
        Assert.Single(await Doubts(host));

        await Tell(host, record: 4, StateAt(4));

        Assert.Empty(await Doubts(host));
    }

    [Fact]
    public async Task A_state_of_records_that_are_still_on_their_way_is_compared_when_they_come()
    {
        await using var host = await TestHost.Start(stores: stores);
        await host.Accept(host.Batch(Epoch, 1, [.. _frames.Take(2)]));

        await Tell(host, record: 4, StateAt(3));
        Assert.Empty(await Doubts(host));
        Assert.Equal(1, Kept(host));
        await host.Restart(TimeProvider.System); // the report survives the restart
        await host.Accept(host.Batch(Epoch, 3, [.. _frames.Skip(2)]));

        Assert.Single(await Doubts(host));
    }

    [Fact]
    public async Task Of_an_epoch_of_which_nothing_is_here_nothing_is_kept()
    {
        await using var host = await TestHost.Start(stores: stores);

        await Tell(host, record: 4, StateAt(4));

        Assert.Empty(await Doubts(host));
        Assert.Equal(0, Kept(host));
        Assert.DoesNotContain(new FieldNode.Log.Store.LogStatus(host.Store).Epochs(), status => status.Epoch == Epoch);
    }

    [Theory]
    [InlineData("\"no base64!\"", "7", "4")]
    [InlineData("17", "7", "4")]
    [InlineData("\"AAAA\"", "0", "4")]
    [InlineData("\"AAAA\"", "7", "-1")]
    [InlineData("\"AAAA\"", "7", "\"4\"")]
    [InlineData("\"AAAA\"", "99999999999", "4")]
    [InlineData("LONG", "7", "4")]
    public async Task A_state_that_cannot_be_one_is_refused(string checkpoint, string epoch, string record)
    {
        await using var host = await TestHost.Start(stores: stores);
        checkpoint = checkpoint.Replace("LONG", $"\"{Convert.ToBase64String(new byte[400])}\"", StringComparison.Ordinal);

        var (status, text) = await Send(host,
            $$"""{"Node":"{{host.Node.IdText}}","Boot":1,"Ticks":5000,"Epoch":{{epoch}},"Record":{{record}},"Checkpoint":{{checkpoint}}}""");

        Assert.Equal(400, status);
        Assert.Contains("Checkpoint", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_no_lane_writes_are_a_doubt_like_any_other()
    {
        await using var host = await TestHost.Start(stores: stores);
        await host.Accept(host.Batch(Epoch, 1, [.. _frames]));

        await Tell(host, record: 4, [9, 9, 9, 9]);

        Assert.Equal(["", ""], (await Doubts(host)).Single().Evidence.Select(one => one.Words));
    }

    private byte[] StateAt(int records)
    {
        var state = new LaneState();
        for (var i = 0; i < records; i++)
        {
            state.Apply((uint)i + 1, _frames[i], 0);
        }

        return Bench.Snapshot(state);
    }

    private static string Shown(string words) =>
        string.Join(", ", words.Split(", ")
        .Where(word => word.StartsWith("group", StringComparison.Ordinal) || word.StartsWith("done ", StringComparison.Ordinal)));

    private static async Task Tell(TestHost host, uint record, byte[] state)
    {
        var (status, text) = await Send(host,
            $$"""{"Node":"{{host.Node.IdText}}","Boot":1,"Ticks":5000,"Epoch":{{Epoch}},"Record":{{record}},"Checkpoint":"{{Convert.ToBase64String(state)}}"}""");
        Assert.True(status == 204, text);
    }

    private static async Task<(int Status, string Text)> Send(TestHost host, string json)
    {
        var line = Encoding.UTF8.GetBytes(json);
        var tag = Encoding.ASCII.GetBytes(Convert.ToHexString(HMACSHA256.HashData(Logs.KeysOf(host.Key).Status, line)));
        var (status, _, text) = await host.Post([.. line, (byte)'\n', .. tag], StatusEndpoint.ContentType, StatusEndpoint.Path);
        return (status, text);
    }

    // A report is stored with the next commit; a batch that the host already has is answered after that.
    private async Task<IReadOnlyList<Doubt>> Doubts(TestHost host)
    {
        await host.Accept(host.Batch(Epoch + 1, 1, Logs.FrameOf(Epoch + 1, 1, 1, new FieldNode.Protocol.Records.Arrived { People = 1 })));
        return new DoubtsAnswer(host.Store, Fleet.Read(host.Store)).List([DoubtKind.Lane]);
    }

    private static long Kept(TestHost host)
    {
        using var connection = host.Store.Connect();
        return FieldNode.Log.Database.Sql.Scalar(connection, "SELECT count(*) FROM lane_reports");
    }
}

public sealed class SqliteLaneReportTests() : LaneReportTests(Stores.Sqlite);

public sealed class PostgresLaneReportTests() : LaneReportTests(Stores.Postgres);
