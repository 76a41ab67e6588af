using System.Globalization;
using FieldNode.Answers;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Merge;
using FieldNode.Log.Store;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>
/// A disk that fails at any call while a host takes uploads: full until space is freed, one write or sync that fails, or read-only from
/// then on. A batch that cannot be stored is not acknowledged, the fault says so, and when the disk works again everything can be sent
/// again.
/// </summary>
public sealed class DiskFaultTests : IDisposable
{
    private const int Batches = 4;
    private const int Every = 3;

    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("full", DiskAct.Write, 13, true, "disk-failed")] // SQLITE_FULL
    [InlineData("a write fails", DiskAct.Write, 778, false, "disk-failed")] // SQLITE_IOERR_WRITE
    [InlineData("a sync fails", DiskAct.Sync, 1034, false, "disk-failed")] // SQLITE_IOERR_FSYNC
    [InlineData("read-only", DiskAct.Write, 8, true, "data-not-writable")] // SQLITE_READONLY
    internal async Task What_cannot_be_stored_is_not_acknowledged_and_nothing_else_is_lost(string what, DiskAct act, int code,
        bool lasts, string fault)
    {
        var seed = Seed.Take(nameof(What_cannot_be_stored_is_not_acknowledged_and_nothing_else_is_lost));
        var every = act == DiskAct.Sync ? 1 : Every;
        var faults = 0;
        for (var call = new Random(seed).Next(1, every + 1);
            await Fails(call, act, code, lasts, fault,
            $"{what} at call {call}; {Seed.Replay(nameof(What_cannot_be_stored_is_not_acknowledged_and_nothing_else_is_lost), seed)}");
            call += every)
        {
            faults++;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{what}: {faults} faults, nothing lost");
        Assert.True(faults >= Batches, $"the disk failed {faults} times");
    }

    public void Dispose()
    {
        _directory.Dispose();
    }

    // Whether the disk failed at all: a finished host makes no more calls.
    private async Task<bool> Fails(int call, DiskAct act, int code, bool lasts, string fault, string replay)
    {
        var data = _directory.File($"data-{call}"); // a new directory each time, so that no pooled connection to an earlier store is reused
        var store = AnsweringStore.Open(data);
        try
        {
            using var trace = new DiskTrace(data);
            Pool.Close(store); // files opened from now on are traced
            var calls = 0;
            trace.Fault = made => made == act && (++calls == call || (lasts && calls > call)) ? code : 0;
            var acknowledged = new HashSet<int>();
            await using (var queue = new MergeQueue(store, TimeProvider.System))
            {
                for (var i = 0; i < Batches; i++)
                {
                    await Send(queue, store, i, acknowledged, fault, replay);
                }

                var hasFailed = calls >= call;
                trace.Fault = null;
                Assert.True(acknowledged.All(i => Stored(store).Contains(i)), $"acknowledged records are missing: {replay}");
                for (var i = 0; i < Batches; i++)
                {
                    await Logs.Merge(queue, Batch(store, i));
                }

                Assert.Equal(Enumerable.Range(0, Batches), Stored(store).Order());
                Assert.Equal("ok", store.QuickCheck());
                var verified = new StoreVerification(store)
                    .Run(Path.Combine(data, "scratch"), cancel: TestContext.Current.CancellationToken);
                Assert.True(verified.IsRight, $"{string.Join(", ", verified.Differences)}: {replay}");
                return hasFailed;
            }
        }
        finally
        {
            Pool.Close(store);
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task Send(MergeQueue queue, HostStore store, int i, HashSet<int> acknowledged, string fault, string replay)
    {
        try
        {
            await Logs.Merge(queue, Batch(store, i));
            acknowledged.Add(i);
        }
        catch (HostFault e)
        {
            Assert.True(e.Code == fault, $"{e.Code}: {e.Message}: {replay}");
        }
    }

    // Each batch is from its own node.
    private static byte[] Batch(HostStore store, int i)
    {
        return Logs.BatchOf(store.HostId, (ulong)i + 1, 7, 1, new byte[32],
            Logs.FrameOf(7, 1, 1000,
            new PersonSampled { Tube = 1, Position = 1, Round = 1, Kind = PersonSampled.KindOtherPaper }
                .WithCode(string.Create(CultureInfo.InvariantCulture, $"E{i:D8}"))));
    }

    private static List<int> Stored(HostStore store) => [.. new LogStatus(store).Epochs().Select(epoch => (int)epoch.Node - 1)];
}
