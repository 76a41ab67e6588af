using FieldNode.Core.Log;
using FieldNode.DeviceTests;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;

namespace FieldNode.Tests.Support;

/// <summary>
/// A full ring. Records, of 48 bytes or of varied lengths, are appended and acknowledged, some after idle time and some without, until
/// power is cut. Record number s always has the same bytes, so every record read back can be checked: confirmed records are present and
/// unchanged, no record appears that was never written, counters equal the fold of all records, and the log can still be appended to.
/// </summary>
internal sealed class CutRing
{
    public const int Sectors = 6;
    public const int Appends = 300;
    public const int AppendsAfter = 150;

    private const ulong NodeId = 7;
    private const int ContentBytes = 43;
    private const int ContentBytesMax = 90;
    private const int AcknowledgeEvery = 25;
    private const int KeptBack = 5;

    private readonly PlainSeals _seals = new();
    private readonly FlashPart _part;
    private readonly bool _acknowledgesLate;
    private readonly bool _ofManyLengths;
    private RingLog _log;
    private LaneState _state = new();
    private uint _confirmed;
    private uint _attempted;
    private uint _acknowledged;
    private int _round;

    private CutRing(FlashPart part, bool acknowledgesLate, bool ofManyLengths)
    {
        _part = part;
        _acknowledgesLate = acknowledgesLate;
        _ofManyLengths = ofManyLengths;
        _log = new RingLog(part.Flash, _state, _seals, _seals);
    }

    public long Steps => _part.Steps;

    public FlashPart Part => _part;

    /// <summary>
    /// Creates a ring that has wrapped several times and is full of records. The host acknowledges all but the last few at regular
    /// intervals, or late: only when the ring refuses, and then just enough for one sector.
    /// </summary>
    public static CutRing Full(string kind, bool acknowledgesLate, bool ofManyLengths = false)
    {
        var ring = new CutRing(FlashPart.New(kind, Sectors), acknowledgesLate, ofManyLengths);
        Assert.Equal(LogResult.Ok, ring._log.Format(NodeId, 0xA1B2C3D4));
        ring.Append(3 * Sectors * 75);
        return ring;
    }

    public CutRing Copy()
    {
        var copy = new CutRing(_part.Copy(), _acknowledgesLate, _ofManyLengths)
        {
            _confirmed = _confirmed,
            _attempted = _attempted,
            _acknowledged = _acknowledged,
            _round = _round
        };
        Assert.Equal(LogResult.Ok, copy._log.Mount(NodeId));
        return copy;
    }

    /// <summary>Appends until done or until power is cut; true if it was cut.</summary>
    public bool AppendUntilCut(int count)
    {
        try
        {
            Append(count);
            return false;
        }
        catch (PowerCutException)
        {
            return true;
        }
    }

    /// <summary>Restarts over the same flash and checks all of it; returns "" or what is wrong.</summary>
    public string Restart()
    {
        _part.PowerOn();
        return Mount() is var result && result != LogResult.Ok ? $"mount refused: {result}" : Look();
    }

    /// <summary>Restarts, with a power cut possible during recovery; true if power was cut.</summary>
    public bool RestartUntilCut(long stepsLeft, CutModel model, int seed)
    {
        _part.PowerOn();
        _part.CutAt(_part.Steps + stepsLeft, model, seed);
        try
        {
            Assert.Equal(LogResult.Ok, Mount());
            Append(AppendsAfter);
            return false;
        }
        catch (PowerCutException)
        {
            return true;
        }
    }

    /// <summary>Restarts, appends, and restarts again: one test case.</summary>
    public string Recover()
    {
        var wrong = Restart();
        if (wrong.Length > 0)
        {
            return "after the cut: " + wrong;
        }

        Append(AppendsAfter);
        wrong = Look();
        wrong = wrong.Length > 0 ? wrong : Restart();
        return wrong.Length > 0 ? "after more appends: " + wrong : string.Join("; ", _part.Mistakes);
    }

    private byte Mount()
    {
        _state = new LaneState();
        _log = new RingLog(_part.Flash, _state, _seals, _seals);
        return _log.Mount(NodeId);
    }

    private void Append(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (++_round / 200 % 3 != 2)
            {
                // A third of the time there is no idle time, and sectors are erased on demand.
                for (var steps = 1 + _round % 4; steps > 0 && _log.PrepareNext(); steps--)
                {
                }
            }

            var sequence = _log.LastSequence + 1;
            _attempted = Math.Max(_attempted, sequence);
            var bytes = Content(sequence, _log.ContentBuffer.AsSpan(RingLog.ContentOffset));
            var result = _log.Append(RecordType.Arrived, sequence * 3, bytes);
            while (_acknowledgesLate && result == LogResult.Full && _log.UnackedRecords > 0)
            {
                Acknowledge(_log.AcknowledgedUpTo + Math.Min(_log.UnackedRecords, AcknowledgeEvery));
                Content(sequence, _log.ContentBuffer.AsSpan(RingLog.ContentOffset));
                result = _log.Append(RecordType.Arrived, sequence * 3, bytes);
            }

            Assert.True(result == LogResult.Ok, $"append of record {sequence} answered {result}");
            _confirmed = sequence;
            if (!_acknowledgesLate && _round % AcknowledgeEvery == 0)
            {
                Acknowledge(sequence - KeptBack);
            }
        }
    }

    private void Acknowledge(uint upTo)
    {
        _acknowledged = Math.Max(_acknowledged, upTo);
        _log.Acknowledge(upTo);
    }

    private string Look()
    {
        if (_log.LastSequence < _confirmed || _log.LastSequence > _attempted)
        {
            return $"the last record is {_log.LastSequence}; confirmed up to {_confirmed}, attempted up to {_attempted}";
        }

        if (_log.AcknowledgedUpTo > _acknowledged)
        {
            return $"the log counts {_log.AcknowledgedUpTo} as acknowledged, the host acknowledged {_acknowledged}";
        }

        _confirmed = _log.LastSequence; // a record cut right after its last byte counts as confirmed from now on
        return LookAtRecords() is { Length: > 0 } wrong ? wrong : LookAtCounters();
    }

    private string LookAtRecords()
    {
        var reader = new LogReader(_log);
        var buffer = new byte[Batch.FramesBytesMax];
        var expected = new byte[Frame.BytesMax];
        for (var from = _log.AcknowledgedUpTo + 1; from <= _log.LastSequence; from += (uint)reader.FrameCount)
        {
            if (!reader.Collect(from, buffer, 0, buffer.Length, Batch.FramesMax))
            {
                return $"record {from} cannot be read";
            }

            var offset = 0;
            for (var sequence = from; sequence < from + reader.FrameCount; sequence++)
            {
                var bytes = Frame.Seal(expected, 0, _log.Epoch, sequence, RecordType.Arrived, sequence * 3,
                    Content(sequence, expected.AsSpan(Frame.HeadBytes)));
                var found = buffer.AsSpan(offset, Math.Min(bytes, reader.FramesBytes - offset));
                if (!found.SequenceEqual(expected.AsSpan(0, bytes)))
                {
                    return Frame.Type(buffer, offset) == RecordType.Lost ? $"record {sequence} is missing"
                        : $"record {sequence} has changed";
                }

                offset += Frame.ClaimedBytes(buffer, offset, reader.FramesBytes);
            }
        }

        return "";
    }

    private string LookAtCounters()
    {
        uint arrivals = 0;
        for (uint sequence = 1; sequence <= _log.LastSequence; sequence++)
        {
            arrivals += People(sequence);
        }

        return arrivals == _state.Arrivals ? "" : $"the state has {_state.Arrivals} arrivals, the fold of all records {arrivals}";
    }

    private static uint People(uint sequence) => sequence * 2654435761 >> 30;

    private int Content(uint sequence, Span<byte> target)
    {
        var count = _ofManyLengths ? 1 + (int)(sequence * 2246822519 % ContentBytesMax) : ContentBytes;
        target[0] = (byte)People(sequence);
        for (var i = 1; i < count; i++)
        {
            target[i] = (byte)((sequence + (uint)i * 40503) * 2654435761 >> 24);
        }

        return count;
    }
}
