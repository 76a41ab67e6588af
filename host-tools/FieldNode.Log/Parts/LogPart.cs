using FieldNode.Log.Merge;
using FieldNode.Protocol;

namespace FieldNode.Log.Parts;

/// <summary>The source of records; the number is stored.</summary>
public enum LogSource
{
    Upload = 1,
    LogFile = 2,

    /// <summary>Read from a chip, or passed on by a host that got it that way. It carries no tag: anyone who holds the chip can write
    /// it.</summary>
    FlashImage = 3,
    Pull = 4,
    OwnLog = 5,
}

/// <summary>
/// Consecutive frames of one node and epoch, checked, with the bytes they arrived in. Every route to the host produces this.
/// </summary>
public sealed record LogPart(ulong NodeId, uint Epoch, uint FirstSequence, int FrameCount, byte[] Bytes, int FramesOffset, LogSource Source)
{
    /// <summary>Creates a part from a checked batch.</summary>
    public static LogPart FromBatch(Batch batch, byte[] bytes, LogSource source)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var seals = new SealStart();
        seals.CopyFrom(batch.Seals);
        var from = IsUnsigned(bytes) ? LogSource.FlashImage : source;
        return new LogPart(batch.NodeId, batch.Epoch, batch.FirstSequence, batch.FrameCount, bytes, batch.FramesOffset,
            from)
        { Seals = seals, IsVersion1 = batch.Version == 1 };
    }

    public uint LastSequence => FirstSequence + (uint)FrameCount - 1;

    /// <summary>The chain of the frames' seals.</summary>
    public SealStart Seals { get; private init; } = new();

    public bool IsVersion1 { get; private init; }

    /// <summary>Its people's codes, if they were opened before the merge (<see cref="PartOpener"/>); null if not opened yet.</summary>
    internal OpenedPart? Opened { get; set; }

    /// <summary>True if a batch has zeros in place of its tag: no node and no host vouches for it.</summary>
    public static bool IsUnsigned(ReadOnlySpan<byte> batch) => !batch[^Batch.TagBytes..].ContainsAnyExcept((byte)0);

    /// <summary>The frames in order, each with its sequence number.</summary>
    public IEnumerable<(uint Sequence, ArraySegment<byte> Frame)> Frames()
    {
        var offset = FramesOffset;
        for (var i = 0; i < FrameCount; i++)
        {
            var bytes = Frame.ClaimedBytes(Bytes, offset, Bytes.Length);
            yield return (FirstSequence + (uint)i, new ArraySegment<byte>(Bytes, offset, bytes));
            offset += bytes;
        }
    }
}

/// <summary>The result of merging a part.</summary>
/// <param name="HeldUpTo">Every record of the epoch from 1 up to here is in the store.</param>
/// <param name="AcknowledgedUpTo">Up to here, every person in these records can also be read: the node may free them.</param>
public sealed record MergeResult(uint HeldUpTo, uint AcknowledgedUpTo, int Added, int Conflicts, bool TwoEpochs,
    IReadOnlyList<LaneMessage> Messages);

/// <summary>A message for a lane: a <see cref="Reply"/> message kind, the record, and the other lane's name.</summary>
public sealed record LaneMessage(byte Kind, uint Sequence, string Lane);
