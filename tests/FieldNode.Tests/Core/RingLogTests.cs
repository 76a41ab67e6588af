using FieldNode.Core.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

public sealed class RingLogTests
{
    [Fact]
    public void A_full_ring_takes_nothing_not_even_what_would_fit_until_room_is_made()
    {
        var ring = Ring.New(4);
        while (ring.AppendOne(contentBytes: 150) == LogResult.Ok)
        {
        }

        Assert.Equal(LogResult.Full, ring.AppendOne(contentBytes: 1));
        ring.Log.Acknowledge(ring.Log.LastSequence - 3);
        Assert.Equal(LogResult.Ok, ring.AppendOne(contentBytes: 1));
        ring.Remount().AssertWhole();
    }

    private const int Sectors = 6;
    [Fact]
    public void Records_come_back_after_mounting()
    {
        var ring = Ring.New(Sectors);
        ring.Append(100);

        var again = ring.Remount();

        Assert.Equal(100u, again.Log.LastSequence);
        Assert.Equal(100u, again.State.Arrivals);
    }

    [Fact]
    public void One_record_is_one_program_call_while_the_lane_has_idle_time()
    {
        var ring = Ring.New(Sectors);
        ring.Append(1);
        var calls = ring.Flash.ProgramCalls;
        ring.Append(50);

        Assert.Equal(50, ring.Flash.ProgramCalls - calls);
        Assert.Equal(0, ring.Log.ErasesOnDemand);
    }

    [Fact]
    public void Appending_48_bytes_allocates_nothing()
    {
        var ring = Ring.New(64);
        ring.Append(200, contentBytes: 43);
        while (ring.Log.PrepareNext())
        {
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            ring.AppendOne(contentBytes: 43); // includes new sectors, with and without idle time
            if (i % 200 < 100)
            {
                while (ring.Log.PrepareNext())
                {
                }
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1200u, ring.Log.LastSequence);
    }

    [Fact]
    public void One_program_call_touches_two_pages_and_with_a_full_lanes_state_three()
    {
        var ring = Ring.New(Sectors);
        ring.AppendAcknowledged(2000, contentBytes: Frame.ContentBytesMax);

        Assert.Equal(2, ring.Flash.PagesPerCallMax);
        Assert.True(SectorHead.BytesMax + Frame.BytesMax <= 3 * NorCells.PageBytes);
    }

    [Fact]
    public void A_format_that_is_cut_short_leaves_the_end_of_the_old_log_or_nothing()
    {
        var old = Ring.New(Sectors);
        old.AppendAcknowledged(1000);
        var probe = new NorFlash((byte[])old.Flash.Cells.Clone());
        Assert.Equal(LogResult.Ok, new Ring(probe).Log.Format(Ring.NodeId, 8));
        for (var cut = 0; cut < probe.Steps; cut++)
        {
            var flash = new NorFlash((byte[])old.Flash.Cells.Clone());
            flash.CutAt(cut);
            Assert.Throws<PowerCutException>(() => new Ring(flash).Log.Format(Ring.NodeId, 8));
            flash.PowerOn();

            var ring = new Ring(flash);
            var result = ring.Log.Mount(Ring.NodeId);

            Assert.True(result is LogResult.Blank or LogResult.NotALog || (result == LogResult.Ok && ring.Log.LastSequence == 1000),
                $"cut {cut}: {result}, {ring.Log.LastSequence}");
            Assert.Equal(LogResult.Ok, new Ring(flash).Log.Format(Ring.NodeId, 9));
        }
    }

    [Fact]
    public void Without_acknowledgements_the_ring_warns_and_then_refuses_and_loses_nothing()
    {
        var ring = Ring.New(Sectors);
        var warned = false;
        uint count = 0;
        while (ring.AppendOne() == LogResult.Ok)
        {
            warned |= ring.Log.NearlyFull;
            count++;
            while (ring.Log.PrepareNext())
            {
            }
        }

        Assert.True(warned);
        Assert.Equal(count, ring.Log.LastSequence);
        Assert.Equal(Enumerable.Range(1, (int)count).Select(i => (uint)i), ring.Sequences());
        Assert.Equal(count, ring.Remount().Log.LastSequence);
    }

    [Fact]
    public void An_acknowledgement_makes_room_again()
    {
        var ring = Ring.New(Sectors);
        ring.Fill();
        ring.Log.Acknowledge(ring.Log.LastSequence);

        Assert.Equal(LogResult.Ok, ring.AppendOne());
        Assert.Equal(1u, ring.Log.UnackedRecords);
        Assert.True(ring.Log.ErasesOnDemand > 0);
    }

    [Fact]
    public void Acknowledged_records_stay_until_their_sector_is_needed()
    {
        var ring = Ring.New(Sectors);
        ring.Append(50);
        ring.Log.Acknowledge(50);

        Assert.Equal(50, ring.Sequences().Count);
    }

    [Fact]
    public void An_acknowledgement_survives_a_restart()
    {
        var ring = Ring.New(Sectors);
        ring.Append(50);
        ring.Log.Acknowledge(33);

        Assert.Equal(33u, ring.Remount().Log.AcknowledgedUpTo);
    }

    [Fact]
    public void An_acknowledgement_that_found_no_room_is_proved_by_the_erase_it_allowed()
    {
        var ring = Ring.New(Sectors);
        ring.Fill();
        while (ring.Log.Acknowledge(ring.Log.AcknowledgedUpTo + 1) == LogResult.Ok
            && ring.Remount().Log.AcknowledgedUpTo == ring.Log.AcknowledgedUpTo)
        {
        }

        ring.Log.Acknowledge(ring.Log.LastSequence);
        Assert.True(ring.Remount().Log.AcknowledgedUpTo < 100);
        Assert.True(ring.Log.PrepareNext());

        Assert.True(ring.Remount().Log.AcknowledgedUpTo > 100);
    }

    [Fact]
    public void An_acknowledgement_of_what_was_never_written_is_ignored()
    {
        var ring = Ring.New(Sectors);
        ring.Append(5);
        ring.Log.Acknowledge(6);
        ring.Log.Acknowledge(uint.MaxValue);

        Assert.Equal(0u, ring.Log.AcknowledgedUpTo);
    }

    [Fact]
    public void Twenty_laps_with_acknowledgements_wear_all_sectors_alike()
    {
        var ring = Ring.New(Sectors);
        while (ring.Flash.Erases < 20 * Sectors)
        {
            ring.Append(10);
            ring.Log.Acknowledge(ring.Log.LastSequence - 3);
            while (ring.Log.PrepareNext())
            {
            }
        }

        Assert.InRange(ring.Flash.SectorErases.Max() - ring.Flash.SectorErases.Min(), 0, 1);
        Assert.Equal(ring.State.Arrivals, ring.Remount().State.Arrivals);
    }

    [Fact]
    public void Blank_flash_says_so_and_foreign_flash_is_never_formatted_by_itself()
    {
        var blank = new Ring(new NorFlash(Sectors * 4096));
        Assert.Equal(LogResult.Blank, blank.Log.Mount(1));

        var foreign = new NorFlash(Sectors * 4096);
        new Random(1).NextBytes(foreign.Cells);
        var before = (byte[])foreign.Cells.Clone();

        Assert.Equal(LogResult.NotALog, new Ring(foreign).Log.Mount(1));
        Assert.Equal(before, foreign.Cells);
    }

    [Fact]
    public void The_log_of_another_node_is_left_alone()
    {
        var ring = Ring.New(Sectors);
        ring.Append(5);

        Assert.Equal(LogResult.OtherNode, new Ring(ring.Flash).Log.Mount(Ring.NodeId + 1));
    }
}
