using FieldNode.Log.Database;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>The decision about a record.</summary>
internal enum Verdict
{
    None,
    Keep,
    Strike,
}

/// <summary>Coordinators' decisions about the records of one epoch. The last decision about a record applies.</summary>
internal sealed class EpochDecisions
{
    private readonly Dictionary<uint, (byte What, ulong Value)> _verdicts = [];
    private readonly Dictionary<uint, ulong> _madeAt = [];
    private readonly List<(uint First, ulong Last)> _images = [];

    public static EpochDecisions None { get; } = new();

    public static EpochDecisions Read(DbConnection connection, ulong node, uint epoch)
    {
        var decisions = new EpochDecisions();
        foreach (var (sequence, what, value) in Sql.Query(connection, "SELECT sequence, what, value FROM decisions WHERE node = @node AND "
            + "epoch = @epoch ORDER BY at_ms, by_node, by_epoch, by_sequence",
            reader => ((uint)reader.GetInt64(0), reader.GetByte(1), (ulong)reader.GetInt64(2)),
                new { node = (long)node, epoch = (long)epoch }))
        {
            // Keeping a record as a whole does not say which of its versions is right: an earlier choice between them still applies.
            var isChosen = what == Decided.Keep && value == 0 && decisions._verdicts.TryGetValue(sequence, out var known)
                && known is { What: Decided.Keep, Value: not 0 };
            if (what is Decided.Keep or Decided.Strike)
            {
                decisions._verdicts[sequence] = isChosen ? decisions._verdicts[sequence] : (what, value);
            }
            else if (what == Decided.ImageAccepted)
            {
                decisions._images.Add((sequence, value));
            }
            else if (what == Decided.MadeAt)
            {
                decisions._madeAt[sequence] = value;
            }
        }

        return decisions;
    }

    /// <summary>The verdict on one of the frames under a sequence number.</summary>
    public Verdict Find(uint sequence, byte[] frame)
    {
        if (!_verdicts.TryGetValue(sequence, out var verdict))
        {
            return Verdict.None;
        }

        return verdict.What == Decided.Keep && (verdict.Value == 0 || verdict.Value == CrcOf(frame)) ? Verdict.Keep : Verdict.Strike;
    }

    /// <summary>Whether a coordinator accepted the flash image that a record comes from.</summary>
    public bool AcceptsImage(uint sequence) => _images.Exists(image => image.First <= sequence && sequence <= image.Last);

    /// <summary>When a record was made, in milliseconds since 1970; null if not decided.</summary>
    public ulong? MadeAt(uint sequence) => _madeAt.TryGetValue(sequence, out var utcMs) ? utcMs : null;

    /// <summary>The CRC-32 at a frame's end, which distinguishes the frames under one sequence number.</summary>
    public static uint CrcOf(byte[] frame) => LittleEndian.ReadUInt32(frame, frame.Length - 4);
}
