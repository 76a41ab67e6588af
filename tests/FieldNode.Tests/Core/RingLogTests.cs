using FieldNode.Core.Lane;
using FieldNode.Core.Log;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

public sealed class RingLogTests
{
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
    public void Without_acknowledgements_the_ring_warns_and_then_refuses_and_loses_nothing()
    {
        var ring = Ring.New(Sectors);
        var warned = false;
        uint count = 0;
        while (ring.AppendOne() == LogResult.Ok)
        {
            warned |= ring.Log.NearlyFull;
            count++;
            ring.Log.PrepareNext();
        }

        Assert.True(warned);
        Assert.False(ring.Log.HasRoom);
        Assert.Equal(count, ring.Log.LastSequence);
        Assert.Equal(Enumerable.Range(1, (int)count).Select(i => (uint)i), ring.Sequences());
        Assert.Equal(count, ring.Remount().Log.LastSequence);
    }

    [Fact]
    public void An_acknowledgement_makes_room_again()
    {
        var ring = Ring.New(Sectors);
        ring.Fill();
        ring.Log.Acknowledge(ring.Log.LastSequence, 0);

        Assert.Equal(LogResult.Ok, ring.AppendOne());
        Assert.Equal(1u, ring.Log.UnackedRecords);
        Assert.True(ring.Log.ErasesOnDemand > 0);
    }

    [Fact]
    public void Acknowledged_records_stay_until_their_sector_is_needed()
    {
        var ring = Ring.New(Sectors);
        ring.Append(50);
        ring.Log.Acknowledge(50, 0);

        Assert.Equal(50, ring.Sequences().Count);
    }

    [Fact]
    public void An_acknowledgement_survives_a_restart()
    {
        var ring = Ring.New(Sectors);
        ring.Append(50);
        ring.Log.Acknowledge(33, 0);

        Assert.Equal(33u, ring.Remount().Log.AcknowledgedUpTo);
    }

    [Fact]
    public void An_acknowledgement_of_what_was_never_written_is_ignored()
    {
        var ring = Ring.New(Sectors);
        ring.Append(5);
        ring.Log.Acknowledge(6, 0);
        ring.Log.Acknowledge(uint.MaxValue, 0);

        Assert.Equal(0u, ring.Log.AcknowledgedUpTo);
    }

    [Fact]
    public void Twenty_laps_with_acknowledgements_wear_all_sectors_alike()
    {
        var ring = Ring.New(Sectors);
        while (ring.Flash.Erases < 20 * Sectors)
        {
            ring.Append(10);
            ring.Log.Acknowledge(ring.Log.LastSequence - 3, 0);
            ring.Log.PrepareNext();
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
    public void A_damaged_sector_head_costs_that_sector_alone()
    {
        var ring = Ring.New(Sectors);
        ring.Append(1000);
        ring.Flash.Cells[4096 + 20] ^= 0xFF;

        var again = ring.Remount();

        Assert.Equal(1000u, again.Log.LastSequence);
        Assert.Equal(1000, again.Sequences().Count);
        Assert.Contains(again.Sequences(), sequence => again.TypeOf(sequence) == RecordType.Lost);
    }

    [Fact]
    public void A_torn_tail_is_cleared_so_that_no_later_write_completes_it()
    {
        var ring = Ring.New(Sectors);
        ring.Append(5);
        ring.Flash.CutAtStep = ring.Flash.Steps + 6;
        Assert.Throws<PowerCutException>(() => ring.AppendOne());
        ring.Flash.PowerOn();

        var again = ring.Remount();
        Assert.Equal((5u, 6), (again.Log.LastSequence, again.Log.ClearedBytes));

        again.Append(3);
        Assert.Equal((8u, 0), (again.Remount().Log.LastSequence, again.Remount().Log.ClearedBytes));
    }

    private sealed class Ring
    {
        public const ulong NodeId = 99;

        private readonly LogReader _reader;

        public Ring(NorFlash flash)
        {
            Flash = flash;
            Log = new RingLog(flash, State);
            _reader = new LogReader(Log);
        }

        public NorFlash Flash { get; }

        public LaneState State { get; } = new();

        public RingLog Log { get; }

        public static Ring New(int sectors)
        {
            var ring = new Ring(new NorFlash(sectors * 4096));
            Assert.Equal(LogResult.Ok, ring.Log.Format(NodeId, 7));
            return ring;
        }

        public Ring Remount()
        {
            var ring = new Ring(Flash);
            Assert.Equal(LogResult.Ok, ring.Log.Mount(NodeId));
            return ring;
        }

        public byte AppendOne()
        {
            Log.ContentBuffer[RingLog.ContentOffset] = 1;
            return Log.Append(RecordType.Arrived, 0, 1);
        }

        public void Append(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Log.PrepareNext();
                Assert.Equal(LogResult.Ok, AppendOne());
            }
        }

        public void Fill()
        {
            while (AppendOne() == LogResult.Ok)
            {
            }
        }

        public void Damage(uint sequence)
        {
            var frame = Collect(sequence);
            var at = Flash.Cells.AsSpan().IndexOf(frame);
            Flash.Cells[at + 3] ^= 0x55;
        }

        public byte TypeOf(uint sequence) => Frame.Type(Collect(sequence), 0);

        public List<uint> Sequences()
        {
            var sequences = new List<uint>();
            var buffer = new byte[Batch.FramesBytesMax];
            uint from = 1;
            while (from <= Log.LastSequence && _reader.Collect(from, buffer, 0, buffer.Length, 100))
            {
                sequences.AddRange(Enumerable.Range(0, _reader.FrameCount).Select(i => _reader.FirstSequence + (uint)i));
                from = _reader.FirstSequence + (uint)_reader.FrameCount;
            }

            return sequences;
        }

        private byte[] Collect(uint sequence)
        {
            var buffer = new byte[Frame.BytesMax];
            Assert.True(_reader.Collect(sequence, buffer, 0, buffer.Length, 1));
            return buffer[.._reader.FramesBytes];
        }
    }
}
