using FieldNode.Core.Log;
using FieldNode.Drivers;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Parts;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>
/// A flash part wears out: cells stick, sectors no longer erase. The ring stops using these sectors, remembers them, and loses nothing.
/// </summary>
public sealed class RingAgingTests
{
    private const int Sectors = 8;
    private const int StuckAt = 6 * 4096 + 1500; // after the data written so far when the cell sticks
    private const int FourLaps = 4 * Sectors * 75;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void A_sector_that_no_longer_erases_is_retired_and_stays_so(int sector)
    {
        var ring = Ring.New(Sectors);
        ring.AppendAcknowledged(200);
        ring.Flash.StopErasing(sector);

        AppendAndRemount(ring, FourLaps, retired: 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_sector_with_cells_stuck_at_zero_is_retired(int sector)
    {
        var ring = Ring.New(Sectors);
        ring.AppendAcknowledged(100);
        ring.Flash.Stick(sector * 4096 + 2000, atZero: 0x10);

        AppendAndRemount(ring, FourLaps, retired: 1);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    [InlineData(2, 12)]
    [InlineData(2, 30)]
    [InlineData(7, 100)]
    [InlineData(5, 3000)]
    public void A_sector_with_cells_that_no_longer_program_is_retired_and_what_it_holds_is_kept(int sector, int offset)
    {
        var ring = Ring.New(Sectors);
        ring.AppendAcknowledged(1000);
        ring.Flash.Stick(sector * 4096 + offset, atOne: 0x5A);

        AppendAndRemount(ring, FourLaps, retired: 1);
    }

    [Fact]
    public void A_retired_sector_that_still_shows_its_old_head_hides_no_record()
    {
        var ring = Ring.New(Sectors);
        ring.AppendAcknowledged(100);
        ring.Flash.Stick(3 * 4096 + 3000, atOne: 0x5A);
        ring.AppendAcknowledged(Sectors * 75);
        for (var round = 0; round < 20; round++)
        {
            ring.AppendAcknowledged(37);
            ring.Log.Acknowledge(ring.Log.LastSequence);
            ring.Append(420, contentBytes: 43);

            Assert.Equal(1, ring.Log.RetiredCount);
            for (var sequence = ring.Log.AcknowledgedUpTo + 1; sequence <= ring.Log.LastSequence; sequence += 7)
            {
                Assert.Equal(RecordType.Arrived, ring.TypeOf(sequence));
            }
        }
    }

    [Fact]
    public void Neighbours_may_wear_out_together_and_one_after_another()
    {
        var ring = Ring.New(12);
        foreach (var sector in new[] { 3, 4, 0, 11, 8 })
        {
            ring.AppendAcknowledged(500);
            ring.Flash.StopErasing(sector);
        }

        AppendAndRemount(ring, 12 * 75 * 3, retired: 5);
    }

    [Fact]
    public void Cuts_at_any_step_do_no_more_harm_on_a_worn_part()
    {
        var worn = Ring.New(Sectors);
        worn.AppendAcknowledged(1000);
        worn.Flash.StopErasing(2);
        worn.Flash.StopErasing(3);
        worn.Flash.Stick(StuckAt, atOne: 0xFF);
        var image = (byte[])worn.Flash.Cells.Clone();
        var steps = Run(Worn(image), -1, CutModel.Ordered);

        Parallel.For(0, (int)(steps / 7), Threads.AtOnce, i =>
        {
            var flash = Worn((byte[])image.Clone());
            Run(flash, i * 7, (CutModel)(i % 3));
            flash.PowerOn();
            var again = new Ring(flash);
            Assert.Equal(LogResult.Ok, again.Log.Mount(Ring.NodeId));
            again.AssertWhole();
            again.AppendAcknowledged(150);
            again.Remount().AssertWhole();
        });
    }

    [Fact]
    public void A_part_at_its_end_is_a_fault_and_keeps_what_it_has()
    {
        var ring = Ring.New(Sectors);
        ring.AppendAcknowledged(300);
        for (var sector = 0; sector < Sectors; sector++)
        {
            ring.Flash.StopErasing(sector);
        }

        byte result;
        while ((result = ring.AppendOne(43)) == LogResult.Ok)
        {
            ring.Log.Acknowledge(ring.Log.LastSequence - 5);
        }

        Assert.Equal(LogResult.Fault, result);
        ring.AssertWhole();
        ring.Remount().AssertWhole();
    }

    [Fact]
    public void A_part_that_takes_no_more_programs_is_a_fault_too()
    {
        var ring = Ring.New(Sectors);
        ring.AppendAcknowledged(300);
        for (var sector = 0; sector < Sectors; sector++)
        {
            ring.Flash.Stick(sector * 4096 + 30, atOne: 0xFF); // in the head of the next record's sector
        }

        byte result;
        while ((result = ring.AppendOne(43)) == LogResult.Ok)
        {
            ring.Log.Acknowledge(ring.Log.LastSequence - 5);
        }

        Assert.Equal(LogResult.Fault, result);
        Assert.Equal(LogResult.Fault, ring.AppendOne(43));
        Assert.InRange(ring.Log.RetiredCount, 1, Sectors - 3);
    }

    [Fact]
    public void An_unplugged_part_retires_nothing_and_goes_on_when_it_is_back()
    {
        var chip = new W25qChip(NorCells.Erased(Sectors * 4096));
        var driver = new W25Flash(new ModelSpi(chip), Sectors);
        Assert.True(driver.Identify());
        var ring = new Ring(driver);
        Assert.Equal(LogResult.Ok, ring.Log.Format(Ring.NodeId, 7));
        ring.Append(100);

        chip.IsUnplugged = true;
        Assert.Equal(LogResult.Fault, ring.AppendOne());
        Assert.Equal(LogResult.Fault, ring.AppendOne());
        chip.IsUnplugged = false;
        chip.PowerOn();

        Assert.Equal(LogResult.Ok, ring.AppendOne());
        Assert.Equal((101u, 0), (ring.Log.LastSequence, ring.Log.RetiredCount));
        ring.Remount().AssertWhole();
    }

    [Fact]
    public void The_node_reports_retired_sectors_to_the_host_now_and_at_each_start()
    {
        var bench = new Bench(new NorFlash(Sectors * 4096));
        bench.Flash.Stick(4096 + 2000, atZero: 1);
        bench.Start();
        for (var i = 0; i < 10; i++)
        {
            bench.Node.Step(bench.Now + (uint)(i + 1) * 1000); // idle: the next sector is due to be erased
        }

        Assert.Equal(1, bench.Node.Log.RetiredCount);
        AssertReports(bench, times: 1);
        AssertReports(bench.Restart(), times: 1);
        bench.Scan("FN:ARRIVED:1");
        AssertReports(bench, times: 2);
    }

    private static void AssertReports(Bench bench, int times)
    {
        var reports = bench.Records().Where(record => Frame.Type(record.Frame, 0) == RecordType.FlashWorn).ToList();
        Assert.Equal(times, reports.Count);
        var worn = new FlashWorn();
        Assert.True(worn.TryRead(reports[^1].Frame, Frame.HeadBytes, 4));
        Assert.Equal((1, Sectors), (worn.RetiredSectors, worn.Sectors));
    }

    // Pulls the battery after roughly every sector.
    private static void AppendAndRemount(Ring ring, int count, int retired)
    {
        for (var done = 0; done < count; done += 60)
        {
            ring.AppendAcknowledged(60);
            ring = ring.Remount();
            ring.AssertWhole();
        }

        Assert.Equal(retired, ring.Log.RetiredCount);
        Assert.Equal(0, ring.Log.DamagedPlaces);
    }

    private static NorFlash Worn(byte[] image)
    {
        var flash = new NorFlash(image);
        flash.StopErasing(2);
        flash.StopErasing(3);
        flash.Stick(StuckAt, atOne: 0xFF);
        return flash;
    }

    private static long Run(NorFlash flash, int cut, CutModel model)
    {
        var ring = new Ring(flash);
        Assert.Equal(LogResult.Ok, ring.Log.Mount(Ring.NodeId));
        var before = flash.Steps;
        if (cut >= 0)
        {
            flash.CutAt(before + cut, model, cut);
        }

        try
        {
            ring.AppendAcknowledged(300);
        }
        catch (PowerCutException)
        {
            return 0;
        }

        return flash.Steps - before;
    }
}
