using FieldNode.Core.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>How a ring handles damage, failing parts and torn writes.</summary>
public sealed partial class RingDamageTests
{
    private const int Sectors = 6;

    [Fact]
    public void A_damaged_record_costs_itself_alone_and_is_uploaded_as_lost()
    {
        var ring = Ring.New(Sectors);
        ring.Append(20);
        ring.Damage(sequence: 10);

        var again = ring.Remount();

        Assert.Equal(20u, again.Log.LastSequence);
        Assert.Equal(1, again.Log.DamagedPlaces);
        Assert.Equal(20, again.Sequences().Count);
        Assert.Equal(RecordType.Lost, again.TypeOf(10));
        Assert.Equal(RecordType.Arrived, again.TypeOf(11));
    }

    [Fact]
    public void A_damaged_head_of_an_older_sector_costs_no_record()
    {
        var ring = Ring.New(Sectors);
        ring.Append(1000);
        ring.Flash.Cells[4096 + 20] ^= 0xFF;

        var again = ring.Remount();

        Assert.Equal(1000u, again.Log.LastSequence);
        Assert.All(again.Sequences(), sequence => Assert.Equal(RecordType.Arrived, again.TypeOf(sequence)));
        Assert.Equal(1000, again.Sequences().Count);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(30)]
    public void A_damaged_head_of_the_newest_sector_costs_no_record(int headByte)
    {
        var ring = Ring.New(Sectors);
        ring.Append(900);
        var newest = (ring.Flash.Cells.Length / 4096) - 1;
        while (SectorIsErased(ring, newest))
        {
            newest--;
        }

        ring.Flash.Cells[newest * 4096 + headByte] ^= 0xFF;

        var again = ring.Remount();

        Assert.Equal((900u, 900u), (again.Log.LastSequence, again.State.Arrivals));
        Assert.All(again.Sequences(), sequence => Assert.Equal(RecordType.Arrived, again.TypeOf(sequence)));
        again.Append(100);
        Assert.Equal((1000u, 1000u), (again.Remount().Log.LastSequence, again.Remount().State.Arrivals));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300)]
    [InlineData(1000)]
    public void Damage_over_many_records_costs_those_and_no_others(int bytes)
    {
        var ring = Ring.New(Sectors);
        ring.Append(200);
        new Random(3).NextBytes(ring.Flash.Cells.AsSpan(500, bytes));

        var again = ring.Remount();

        Assert.Equal(200u, again.Log.LastSequence);
        Assert.InRange(again.Sequences().Count(sequence => again.TypeOf(sequence) == RecordType.Lost), bytes / 11, bytes / 11 + 3);
        Assert.Equal(0, again.Log.ClearedBytes);
    }

    [Fact]
    public void Damage_up_to_the_end_is_not_taken_for_a_torn_write_and_no_number_is_given_twice()
    {
        var ring = Ring.New(Sectors);
        ring.Append(200);
        var end = ring.Flash.Cells.AsSpan(0, 4096).LastIndexOfAnyExcept((byte)0xFF) + 1;
        new Random(3).NextBytes(ring.Flash.Cells.AsSpan(end - 400, 400));

        var again = ring.Remount();

        Assert.Equal((0, 1), (again.Log.ClearedBytes, again.Log.DamagedPlaces));
        Assert.True(again.Log.LastSequence >= 200);
        again.Append(5);
        Assert.Equal(again.Log.LastSequence, again.Remount().Log.LastSequence);
    }

    [Fact]
    public void A_flash_that_cannot_be_read_now_declares_nothing_lost()
    {
        var flash = new FailingFlash(new NorFlash(Sectors * 4096));
        var ring = new Ring(flash);
        Assert.Equal(LogResult.Ok, ring.Log.Format(Ring.NodeId, 7));
        ring.Append(100);
        flash.FailReads = true;
        Assert.Empty(ring.Sequences());

        flash.FailReads = false;

        Assert.All(ring.Sequences(), sequence => Assert.Equal(RecordType.Arrived, ring.TypeOf(sequence)));
    }

    [Fact]
    public void A_head_that_failed_half_way_is_erased_before_it_is_written_again()
    {
        var flash = new FailingFlash(new NorFlash(Sectors * 4096));
        var ring = new Ring(flash);
        Assert.Equal(LogResult.Ok, ring.Log.Format(Ring.NodeId, 7));
        var confirmed = 0u;
        for (var i = 0; i < 800; i++)
        {
            while (ring.Log.PrepareNext())
            {
            }

            flash.FailNextLongProgram = i % 200 == 150;
            confirmed += ring.AppendOne() == LogResult.Ok ? 1u : 0u;
        }

        Assert.Equal((confirmed, confirmed), (ring.Remount().State.Arrivals, (uint)ring.Sequences().Count));
    }

    [Fact]
    public void A_torn_tail_is_cleared_so_that_no_later_write_completes_it()
    {
        var ring = Ring.New(Sectors);
        ring.Append(5);
        ring.Flash.CutAt(ring.Flash.Steps + 6);
        Assert.Throws<PowerCutException>(() => ring.AppendOne());
        ring.Flash.PowerOn();

        var again = ring.Remount();
        Assert.Equal((5u, 6), (again.Log.LastSequence, again.Log.ClearedBytes));

        // The content differs from the torn record's: written over its bytes, it would complete neither.
        again.Append(3, contentBytes: 9);
        again.AssertWhole();
        Assert.Equal((8u, 0), (again.Remount().Log.LastSequence, again.Remount().Log.ClearedBytes));
    }

    [Fact]
    public void Torn_bytes_that_pass_for_a_frame_by_chance_are_none_because_nothing_follows_them()
    {
        var ring = Ring.New(Sectors);
        ring.Append(5);
        var end = ring.Flash.Cells.AsSpan(0, 4096).LastIndexOfAnyExcept((byte)0xFF) + 1;
        var torn = ring.Flash.Cells.AsSpan(end, 40);
        torn.Fill(0x55);
        var chance = new byte[40];
        var bytes = Frame.Seal(chance, 0, 7, 7, RecordType.Arrived, 0, 4);
        chance.AsSpan(0, bytes).CopyTo(torn[12..]);

        var again = ring.Remount();

        Assert.Equal((5u, 40, 0), (again.Log.LastSequence, again.Log.ClearedBytes, again.Log.DamagedPlaces));
    }

    [Fact]
    public void A_record_that_landed_although_its_program_was_reported_as_failed_is_uploaded_once()
    {
        var flash = new FailingFlash(new NorFlash(Sectors * 4096));
        var ring = new Ring(flash);
        Assert.Equal(LogResult.Ok, ring.Log.Format(Ring.NodeId, 7));
        ring.Append(30, contentBytes: 43);
        flash.DenyPrograms = 3; // the record, and the write that would clear it, in parts
        ring.Append(30, contentBytes: 43);

        Assert.Equal(60, ring.Sequences().Count);
        ring.AssertWhole();
        ring.Remount().AssertWhole();
    }

    [Fact]
    public void Hostile_heads_and_frames_with_fitting_check_values_neither_throw_nor_hang()
    {
        var seed = Seed.Take(nameof(Hostile_heads_and_frames_with_fitting_check_values_neither_throw_nor_hang));
        var ring = Ring.New(Sectors);
        ring.AppendAcknowledged(Sectors * 75 + 200);
        Parallel.For(0, 20_000, Threads.AtOnce, i =>
        {
            var random = new Random(seed + i);
            var flash = new NorFlash((byte[])ring.Flash.Cells.Clone());
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                Forge(flash.Cells, random.Next(Sectors) * 4096, random);
            }

            var again = new Ring(flash);
            var reads = flash.ReadCalls;
            if (again.Log.Mount(Ring.NodeId) == LogResult.Ok)
            {
                var buffer = new byte[Batch.FramesBytesMax];
                new LogReader(again.Log).Collect(again.Log.AcknowledgedUpTo + 1, buffer, 0, buffer.Length, Batch.FramesMax);
                again.Log.Acknowledge(again.Log.AcknowledgedUpTo + 10);
                again.AppendOne();
                while (again.Log.PrepareNext())
                {
                }
            }

            Assert.InRange(flash.ReadCalls - reads, 1, 500);
        });
    }

    // A full sector with no room for the acknowledgement, which would go into the next head.
    private static Ring FullWithAcknowledgementInMemory()
    {
        var full = Ring.New(Sectors);
        while (full.AppendOne(contentBytes: 43) == LogResult.Ok)
        {
        }

        // The same records again, then short records in the rest of the last sector: no room is left for the acknowledgement.
        var ring = Ring.New(Sectors);
        for (uint i = 0; i < full.Log.LastSequence; i++)
        {
            Assert.Equal(LogResult.Ok, ring.AppendOne(contentBytes: 43));
        }

        ring.Fill();
        ring.Log.Acknowledge(90);
        return ring;
    }

    private static void Forge(byte[] cells, int start, Random random)
    {
        var head = new SectorHead();
        if (!head.TryReadOpen(cells, start))
        {
            return;
        }

        if (random.Next(3) == 0)
        {
            byte[] types = [RecordType.Acknowledged, RecordType.SectorRetired, RecordType.Arrived];
            var frame = new byte[Frame.BytesMax];
            random.NextBytes(frame);
            var bytes = Frame.Seal(frame, 0, head.Epoch, head.FirstSequence, types[random.Next(3)], (uint)random.Next(), 43);
            frame.AsSpan(0, bytes).CopyTo(cells.AsSpan(start + head.Bytes));
            return;
        }

        var end = head.Bytes - 4;
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            cells[start + random.Next(random.Next(2) == 0 ? 19 : SectorHead.PreparedBytes + 2, end)] = (byte)random.Next(256);
        }

        LittleEndian.WriteUInt32(cells, start + end, Crc32.Compute(cells, start, end));
    }

    private static bool SectorIsErased(Ring ring, int sector) => ring.Flash.Cells.AsSpan(sector * 4096 + 300, 500)
        .IndexOfAnyExcept((byte)0xFF) < 0;
}
