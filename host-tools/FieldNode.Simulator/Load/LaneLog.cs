using System.Security.Cryptography;
using System.Text;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Simulator.Load;

/// <summary>
/// The records of a lane's node for a day, generated without running the node, for load tests with thousands of nodes. The node is switched
/// on, its clock is set, then tubes of ten people follow one after another. Records are sealed, signed and chained as nodes do it.
/// </summary>
public sealed class LaneLog
{
    public const int GroupSize = 10;

    /// <summary>Number of records before the first tube.</summary>
    public const uint Head = 2;

    private const ulong StartUtcMs = 1_636_237_801_000; // early morning local time

    private readonly ulong _node;
    private readonly uint _hostId;
    private readonly int _number;
    private readonly byte[] _site;
    private readonly byte[] _lane;
    private readonly uint _ticksPerRecord;
    private readonly Func<uint, string> _personOf;
    private readonly SealChain _chain = new(HmacTags.Instance);
    private readonly SealStart _seals = new();
    private readonly byte[] _batchKey;
    private readonly byte[] _frame = new byte[Frame.BytesMax];
    private uint _tube;

    /// <param name="key">The node's key from its enrolment.</param>
    /// <param name="number">Number of the lane, from 1. It is part of the codes of its people and tubes, and it is the epoch.</param>
    /// <param name="ticksPerRecord">Milliseconds between consecutive records.</param>
    /// <param name="personOf">Returns the code of a record's person; if null, <see cref="PersonCode"/> is used.</param>
    public LaneLog(ulong node, byte[] key, uint hostId, int number, string site, string lane, uint ticksPerRecord = 1000,
        Func<uint, string>? personOf = null)
    {
        (_node, _hostId, _number, _ticksPerRecord) = (node, hostId, number, ticksPerRecord);
        (_site, _lane) = (Encoding.UTF8.GetBytes(site), Encoding.UTF8.GetBytes(lane));
        _personOf = personOf ?? (sequence => PersonCode(number, sequence));
        var reserve = NodeKeys.Seal(HmacTags.Instance, key);
        _seals.Set(SealStart.OfClaim(1), chain: 0, since: 1, NodeKeys.SealCheck(HmacTags.Instance, reserve));
        _chain.Begin(SealChain.TakeRoot(HmacTags.Instance, reserve), Epoch, 1, _seals.IsBound);
        var links = new LinkKeys(HmacTags.Instance, NodeKeys.Link(HmacTags.Instance, key));
        (_batchKey, ReplyKey) = (links.Batch, links.Reply);
    }

    public uint Epoch => (uint)_number;

    /// <summary>Sequence number of the next record.</summary>
    public uint Next { get; private set; } = 1;

    /// <summary>The key with which the host signs its replies.</summary>
    public byte[] ReplyKey { get; }

    /// <summary>Number of records for a number of people.</summary>
    public static uint RecordsOf(int people) => Head + (uint)people + (uint)((people + GroupSize - 1) / GroupSize);

    /// <summary>The code of the person in a lane's record.</summary>
    public static string PersonCode(int number, uint sequence)
    {
        var digits = Encoding.ASCII.GetBytes($"{110000 + number:D6}19{sequence:D9}");
        return Encoding.ASCII.GetString(digits) + (char)ResidentId.CheckCharacter(digits, 0);
    }

    /// <summary>Creates the batch of the next <paramref name="frames"/> records.</summary>
    public byte[] Take(int frames)
    {
        var batch = new Batch { HostId = _hostId, NodeId = _node, Epoch = Epoch, FirstSequence = Next, FrameCount = frames };
        batch.Seals.CopyFrom(_seals);
        var bytes = new byte[Batch.BytesMax];
        for (var i = 0; i < frames; i++, Next++)
        {
            _tube = Next > Head && (Next - Head - 1) % (GroupSize + 1) == 0 ? Next : _tube;
            batch.FramesBytes += Put(bytes.AsSpan(Batch.HeadBytes + batch.FramesBytes), Next, Record(Next));
        }

        batch.WriteHead(bytes, 0);
        HMACSHA256.HashData(_batchKey, bytes.AsSpan(0, batch.TaggedBytes), bytes.AsSpan(batch.TaggedBytes));
        return bytes[..batch.TotalBytes];
    }

    private RecordContent Record(uint sequence)
    {
        if (sequence <= Head)
        {
            return sequence == 1 ? new Booted { BootCount = 1, Firmware = 1, Lane = _lane, Site = _site }
                : new ClockSet { UtcMs = StartUtcMs, Source = ClockSet.SourceHost, ErrorMs = 20 };
        }

        CodeContent content = sequence == _tube ? new TubeOpened { Round = 1, GroupSize = GroupSize }
            : new PersonSampled { Tube = _tube, Position = (byte)(sequence - _tube), Round = 1, Kind = PersonSampled.KindResidentId };
        var code = Encoding.ASCII.GetBytes(sequence == _tube ? $"T{_number:D5}{sequence:D8}" : _personOf(sequence));
        content.SetCode(code, 0, code.Length);
        return content;
    }

    private int Put(Span<byte> target, uint sequence, RecordContent content)
    {
        var end = content.Write(_frame, Frame.HeadBytes);
        var count = Frame.Seal(_frame, 0, Epoch, sequence, content.Type, sequence * _ticksPerRecord, end - Frame.HeadBytes);
        var sealedBytes = SealedPart.Find(_frame, 0, out var at);
        _chain.MoveTo(sequence);
        if (sealedBytes > 0)
        {
            _chain.Apply(_frame, 0, at, sealedBytes);
            count = Frame.Seal(_frame, 0, Epoch, sequence, content.Type, sequence * _ticksPerRecord, end - Frame.HeadBytes);
        }

        _frame.AsSpan(0, count).CopyTo(target);
        return count;
    }
}
