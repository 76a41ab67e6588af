using FieldNode.Log.Merge;
using FieldNode.Protocol;

namespace FieldNode.Log.Parts;

/// <summary>Where records came from; the number is stored.</summary>
public enum LogSource
{
    Upload = 1,
    LogFile = 2,

    /// <summary>Read from a chip, or given on by a host that got it so: it carries no tag, and whoever holds the chip can write
    /// it.</summary>
    FlashImage = 3,
    Pull = 4,
    OwnLog = 5,
}

/// <summary>
/// Consecutive frames of one node and epoch, checked, with the bytes they arrived in. What every route to the host ends in.
/// </summary>
public sealed record LogPart(ulong NodeId, uint Epoch, uint FirstSequence, int FrameCount, byte[] Bytes, int FramesOffset, LogSource Source)
{
    /// <summary>The part that a checked batch is.</summary>
    public static LogPart Of(Batch batch, byte[] bytes, LogSource source)
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

    /// <summary>The chain that the frames' seals are of.</summary>
    public SealStart Seals { get; private init; } = new();

    public bool IsVersion1 { get; private init; }

    /// <summary>Its people's codes, if they were opened before it is merged (<see cref="PartOpener"/>); null: not yet.</summary>
    internal OpenedPart? Opened { get; set; }

    /// <summary>Whether a batch has zeros where its tag belongs: no node and no host answers for it.</summary>
    public static bool IsUnsigned(ReadOnlySpan<byte> batch) => !batch[^Batch.TagBytes..].ContainsAnyExcept((byte)0);

    /// <summary>The frames one after another, each with its sequence number.</summary>
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

/// <summary>What merging a part did.</summary>
/// <param name="HeldUpTo">Every record of the epoch from 1 up to here is in the store.</param>
/// <param name="AcknowledgedUpTo">Of those, every person up to here can be read: the node may free them.</param>
public sealed record MergeResult(uint HeldUpTo, uint AcknowledgedUpTo, int Added, int Conflicts, bool TwoEpochs,
    IReadOnlyList<LaneMessage> Messages);

/// <summary>Something a lane should be told: a <see cref="Reply"/> message kind, the record, and the other lane's name.</summary>
public sealed record LaneMessage(byte Kind, uint Sequence, string Lane);
