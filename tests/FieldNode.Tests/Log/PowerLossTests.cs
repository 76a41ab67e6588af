using System.Globalization;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Operations;
using FieldNode.Log.Merge;
using FieldNode.Log.Store;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>
/// A host that takes uploads is stopped at each of its calls to the disk: its process dies, or the power fails and unsynced data is lost or
/// half written. Everything acknowledged by then is present after the restart, and everything derived follows from the records.
/// FIELDNODE_EVERY_STOP=1 replays every call, as docs/threats.md counts them; otherwise every sixth in a nightly run and every thirtieth in
/// others, with a new starting point each run.
/// </summary>
public sealed class PowerLossTests : IDisposable
{
    private const int Nodes = 3;
    private const int Commits = 200;
    private static readonly int s_every = Sweep.Count(6, 30);
    private const int VerifiedEvery = 40;

    private readonly TemporaryDirectory _directory = new();
    private int _looks;

    [Theory]
    [InlineData(DiskLoss.Nothing)]
    [InlineData(DiskLoss.Unsynced)]
    [InlineData(DiskLoss.Some)]
    internal async Task Whatever_was_acknowledged_is_there_after_a_stop_at_any_call(DiskLoss loss)
    {
        var seed = Seed.Take(nameof(Whatever_was_acknowledged_is_there_after_a_stop_at_any_call));
        var random = new Random(seed);
        var (ops, sent) = await Record(random);
        var isEvery = Environment.GetEnvironmentVariable("FIELDNODE_EVERY_STOP") == "1";
        var next = isEvery ? 1 : random.Next(1, s_every + 1);
        var disk = new ReplayedDisk();
        var (acknowledged, stops) = (0, 0);
        for (var i = 0; i < ops.Count; i++)
        {
            disk.Apply(ops[i]);
            acknowledged = ops[i].Act == DiskAct.Mark ? ops[i].Mark : acknowledged;
            if (i + 1 == next)
            {
                next += isEvery ? 1 : s_every;
                var found = Look(disk, loss, random, acknowledged, sent, verify: stops++ % VerifiedEvery == 0);
                Assert.True(found.Length == 0, $"{found} after call {i + 1} of {ops.Count} ({ops[i].Act} {ops[i].File}); "
                    + $"{Seed.Replay(nameof(Whatever_was_acknowledged_is_there_after_a_stop_at_any_call), seed)}");
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{loss}: {stops} stops, 0 acknowledged records lost");
        Assert.True(stops > 3000 / s_every, $"only {stops} stops were tested");
    }

    public void Dispose()
    {
        _directory.Dispose();
    }

    // A host's morning, starting with the creation of its store: uploads of several nodes, some in one commit; accounts, an audit log,
    // checkpoints.
    private async Task<(IReadOnlyList<DiskOp> Ops, IReadOnlyList<int> Sent)> Record(Random random)
    {
        var data = _directory.File("data");
        using var trace = new DiskTrace(data);
        var store = AnsweringStore.Open(data);
        var accounts = new Accounts(store, TimeProvider.System);
        accounts.Add("li.si", Role.Viewer);
        var queue = new MergeQueue(store, TimeProvider.System);
        var next = Enumerable.Repeat(1u, Nodes).ToArray();
        List<int> sent = [0];
        for (var commit = 0; commit < Commits; commit++)
        {
            var parts = Enumerable.Range(0, random.Next(1, Nodes + 1)).Select(node => Part(store, node, next, random)).ToList();
            sent.Add(sent[^1] + parts.Sum(part => part.Frames));
            await Task.WhenAll(parts.Select(part => Logs.Merge(queue, part.Batch)));
            trace.Mark(sent.Count - 1);
            if (commit % 10 == 9)
            {
                new AuditLog(store, TimeProvider.System).Note(new Disclosure("li.si", "host", "trace", "tube", "a test", 1));
                accounts.Link("li.si");
            }

            if (commit % 20 == 19)
            {
                await queue.DisposeAsync(); // as at a restart of the host: closing the last connection checkpoints the WAL
                Pool.Close(store);
                queue = new MergeQueue(store, TimeProvider.System);
            }
        }

        await queue.DisposeAsync();

        Assert.Contains(trace.Ops, op => op.Act == DiskAct.Write && op.File == HostStore.FileName);
        Assert.Contains(trace.Ops, op => op.Act == DiskAct.Sync && op.File.EndsWith("-wal", StringComparison.Ordinal));
        return (trace.Ops, sent);
    }

    private static (byte[] Batch, int Frames) Part(HostStore store, int node, uint[] next, Random random)
    {
        var frames = Enumerable.Range(0, random.Next(1, 6))
            .Select(_ => Logs.FrameOf(7, next[node], next[node] * 1000,
            new PersonSampled { Tube = 1, Position = 1, Round = 1, Kind = PersonSampled.KindOtherPaper }
                .WithCode(string.Create(CultureInfo.InvariantCulture, $"E{node}{next[node]++:D7}")))).ToArray();
        return (Logs.BatchOf(store.HostId, (ulong)node + 1, 7, next[node] - (uint)frames.Length, new byte[32], frames), frames.Length);
    }

    // Returns what is wrong with the store as found, or "" if nothing is.
    private string Look(ReplayedDisk disk, DiskLoss loss, Random random, int acknowledged, IReadOnlyList<int> sent, bool verify)
    {
        // A new directory each time, so that no pooled connection to an earlier store is reused.
        var directory = Directory.CreateDirectory(_directory.File($"found-{_looks++}"));
        HostStore? store = null;
        try
        {
            disk.Write(directory.FullName, loss, random);
            File.Copy(_directory.File("data.key"), directory.FullName + ".key");
            store = AnsweringStore.Open(directory.FullName);
            Pool.Close(store);
            var records = new LogStatus(store).Epochs().Sum(epoch => epoch.Records);
            var most = sent[Math.Min(acknowledged + 1, sent.Count - 1)];
            return store.QuickCheck() is var check and not "ok" ? $"the database is {check}"
                : records < sent[acknowledged] || records > most
                    ? $"{records} records, of {sent[acknowledged]} that were acknowledged and {most} that were sent"
                : new AuditLog(store, TimeProvider.System).Verify().FirstBad is { } bad ? $"entry {bad} of the audit log is bad"
                : verify && !new StoreVerification(store)
                    .Run(Path.Combine(directory.FullName, "scratch"), cancel: TestContext.Current.CancellationToken).IsRight
                    ? "verify differs"
                : "";
        }
        catch (FieldNode.Log.HostFault fault)
        {
            return fault.Message;
        }
        finally
        {
            if (store is not null)
            {
                Pool.Close(store);
            }

            directory.Delete(recursive: true);
        }
    }
}
