using FieldNode.Core.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>
/// Whatever power and flash do, each record read back opens to the value that was sealed, from what its batch states about its chain; and
/// spent keys are destroyed.
/// </summary>
public sealed partial class SealedLogTests
{
    private const ulong NodeId = 7;
    private const uint Epoch = 0xA1B2C3D4;
    private const int Sectors = 6;
    private const int Cuts = 1500;

    private readonly byte[] _key = [.. Enumerable.Range(0, NodeKeys.Bytes).Select(i => (byte)i)];

    [Fact]
    public void Every_record_opens_to_its_code_after_cuts_restarts_and_lost_keys()
    {
        var seed = Seed.Take(nameof(Every_record_opens_to_its_code_after_cuts_restarts_and_lost_keys));
        var restarts = 0;
        Parallel.For(0, Cuts / 50, Threads.AtOnce, part =>
        {
            var random = new Random(seed + part);
            var log = new SealedLog(this);
            for (var cut = 0; cut < 50; cut++)
            {
                log.AppendUntilCut(random);
                if (random.Next(10) == 0)
                {
                    log.DestroyNewestKey(); // as damage does
                }

                log.Restart();
                var wrong = log.Check();
                Assert.True(wrong.Length == 0, $"{wrong}, cut {cut} of part {part}. "
                    + $"{Seed.Replay(nameof(Every_record_opens_to_its_code_after_cuts_restarts_and_lost_keys), seed)}");
            }

            Interlocked.Add(ref restarts, log.Chains);
        });
        Assert.True(restarts > Cuts / 20, $"only {restarts} chains were begun: lost keys were not tested");
    }

    [Fact]
    public void A_damaged_key_is_found_in_the_sector_before_while_that_one_still_has_it()
    {
        var log = new SealedLog(this);
        log.Append(70, idle: true);
        while (log.Newest().Number == 0)
        {
            log.Append(1, idle: false); // no idle time: the previous key is still there
        }

        log.Flash.Cells[(int)log.Newest().Number * 4096 + SectorHead.SealKeyOffset] ^= 0x55;
        log.Restart();
        log.Append(3, idle: true);

        Assert.Equal("", log.Check());
        Assert.Equal(1, log.Chains);
    }

    [Fact]
    public void Without_its_key_the_log_begins_another_chain_and_uploads_end_where_it_begins()
    {
        var log = new SealedLog(this);
        log.Append(100, idle: true);
        log.DestroyNewestKey();
        log.Restart();
        log.Append(10, idle: true);

        Assert.Equal("", log.Check());
        Assert.Equal(2, log.Chains);
        Assert.Equal([(1u, 100), (101u, 10)], log.Batches().Select(batch => (batch.First, batch.Count)));
    }

    [Fact]
    public void A_log_that_can_have_no_key_refuses_what_it_cannot_seal_and_still_uploads()
    {
        var log = new SealedLog(this);
        log.Append(20, idle: true);
        log.DestroyNewestKey();
        log.RootsEnd = true;
        log.Restart();

        Assert.Equal(LogResult.Fault, log.AppendOne());
        Assert.Equal("", log.Check());
        log.RootsEnd = false;
        Assert.Equal(LogResult.Ok, log.AppendOne());
        Assert.Equal("", log.Check());
    }

    [Fact]
    public void Spent_keys_are_destroyed_in_idle_time_before_the_next_sector_and_after_a_start()
    {
        var log = new SealedLog(this);
        log.Append(300, idle: true);
        Assert.Equal([log.Newest().Number], log.Keys());

        while (log.Keys().Count == 1)
        {
            log.Append(1, idle: false);
        }

        log.Restart();
        while (log.Log.PrepareNext())
        {
        }

        Assert.Equal([log.Newest().Number], log.Keys());

        var number = log.Newest().Number;
        while (log.Newest().Number < number + 2)
        {
            log.Append(1, idle: false); // a lane that is never idle
        }

        Assert.InRange(log.Keys().Count, 1, 2);
    }

    [Fact]
    public void A_destroyed_key_changes_nothing_that_a_mount_reads()
    {
        var log = new SealedLog(this);
        log.Append(300, idle: true);
        var (last, acknowledged) = (log.Log.LastSequence, log.Log.AcknowledgedUpTo);

        log.Restart();

        Assert.Equal((last, acknowledged, 0, 0),
            (log.Log.LastSequence, log.Log.AcknowledgedUpTo, log.Log.DamagedPlaces, log.Log.ClearedBytes));
    }
}
