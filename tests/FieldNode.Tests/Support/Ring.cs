using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.DeviceTests;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;

namespace FieldNode.Tests.Support;

/// <summary>A ring log with the lane's state but without a node; its records are arrivals of one person.</summary>
internal sealed class Ring
{
    public const ulong NodeId = 99;

    private static readonly PlainSeals s_seals = new();

    private readonly LogReader _reader;

    private readonly IFlash _flash;

    public Ring(IFlash flash)
    {
        _flash = flash;
        Log = new RingLog(flash, State, s_seals, s_seals);
        _reader = new LogReader(Log);
    }

    /// <summary>The simulated flash of the ring, for tests that inspect its cells.</summary>
    public NorFlash Flash => (_flash as FailingFlash)?.Inner ?? (NorFlash)_flash;

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
        var ring = new Ring(_flash);
        Assert.Equal(LogResult.Ok, ring.Log.Mount(NodeId));
        return ring;
    }

    /// <summary>Appends an arrival of one person, optionally padded to fill sectors sooner.</summary>
    public byte AppendOne(int contentBytes = 1)
    {
        Log.ContentBuffer[RingLog.ContentOffset] = 1;
        return Log.Append(RecordType.Arrived, 0, contentBytes);
    }

    public void Append(int count, int contentBytes = 1)
    {
        for (var i = 0; i < count; i++)
        {
            while (Log.PrepareNext())
            {
            }

            Assert.Equal(LogResult.Ok, AppendOne(contentBytes));
        }
    }

    /// <summary>Appends records and, at regular intervals, acknowledges all but the last few.</summary>
    public void AppendAcknowledged(int count, int contentBytes = 43)
    {
        for (var i = 0; i < count; i++)
        {
            Append(1, contentBytes);
            if (i % 20 == 0 && Log.LastSequence > 5)
            {
                Log.Acknowledge(Log.LastSequence - 5);
            }
        }
    }

    /// <summary>
    /// Asserts that every unacknowledged record is present, none is lost, and the counters equal the fold of all records.
    /// </summary>
    public void AssertWhole()
    {
        var buffer = new byte[Batch.FramesBytesMax];
        for (var from = Log.AcknowledgedUpTo + 1; from <= Log.LastSequence; from += (uint)_reader.FrameCount)
        {
            Assert.True(_reader.Collect(from, buffer, 0, buffer.Length, 100));
            for (int i = 0, offset = 0; i < _reader.FrameCount; i++)
            {
                Assert.True(Frame.Type(buffer, offset) == RecordType.Arrived, $"record {from + i} is lost");
                offset += Frame.ClaimedBytes(buffer, offset, _reader.FramesBytes);
            }
        }

        Assert.Equal(Log.LastSequence, State.Arrivals);
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

/// <summary>
/// A flash part with occasional failures: reads that fail, and a sector head that is half programmed before the program fails.
/// </summary>
internal sealed class FailingFlash(NorFlash inner) : IFlash
{
    private int _denials;
    private int _firstDenial;

    public bool FailReads { get; set; }

    public bool FailNextLongProgram { get; set; }

    /// <summary>The next N programs report failure. The first one is written anyway, the others are not.</summary>
    public int DenyPrograms
    {
        get => _denials;
        set => (_denials, _firstDenial) = (value, value);
    }

    public NorFlash Inner => inner;

    public int Bytes => inner.Bytes;

    public int SectorBytes => inner.SectorBytes;

    public bool Read(int address, byte[] buffer, int offset, int count) => !FailReads && inner.Read(address, buffer, offset, count);

    public bool Program(int address, byte[] buffer, int offset, int count)
    {
        if (_denials > 0)
        {
            if (_denials-- == _firstDenial)
            {
                inner.Program(address, buffer, offset, count);
            }

            return false;
        }

        var fails = FailNextLongProgram && count > 40;
        FailNextLongProgram &= !fails;
        return inner.Program(address, buffer, offset, fails ? count / 2 : count) && !fails;
    }

    public bool EraseSector(int address) => inner.EraseSector(address);

    public byte BeginErase(int address) => inner.BeginErase(address);

    public byte PollErase() => inner.PollErase();

    public byte WaitErase() => inner.WaitErase();
}
