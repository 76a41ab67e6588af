using System.Data.Common;
using FieldNode.Host.Store;
using FieldNode.Protocol;

namespace FieldNode.Host.Merge;

/// <summary>The records of the store, read out of the batches that brought them: each frame once, by sequence number and then by its bytes.</summary>
internal static class StoredFrames
{
    private static readonly IComparer<byte[]> s_byBytes = Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other));

    /// <summary>All of an epoch, from one record to another.</summary>
    public static IEnumerable<(uint Sequence, byte[] Frame)> Of(DbConnection connection, ulong node, uint epoch, uint from = 1, uint to = uint.MaxValue)
    {
        var parts = Sql.Query(connection, "SELECT node, epoch, first, frames, bytes FROM batches WHERE node = $node AND epoch = $epoch AND first > $before AND first <= $to ORDER BY first, id", PartOf,
            ("$node", (long)node), ("$epoch", (long)epoch), ("$before", (long)from - Batch.FramesMax), ("$to", (long)to));
        return Union(parts).Where(record => record.Sequence >= from && record.Sequence <= to);
    }

    /// <summary>Asks for the batches that hold any of a part's records (<see cref="PartOf"/>).</summary>
    public static Rows Overlaps(DbConnection connection, List<DbCommand> owned)
    {
        return new Rows(connection, owned, $$"""
            SELECT k.node, k.epoch, held.first, held.frames, held.bytes FROM {k} JOIN batches AS held
            ON held.node = k.node AND held.epoch = k.epoch AND held.first > k.first_of - {{Batch.FramesMax}} AND held.first <= k.last_of
            """, ("node", Is.Number), ("epoch", Is.Number), ("first_of", Is.Number), ("last_of", Is.Number));
    }

    /// <summary>A stored batch, of which a row has node, epoch, first, frames and bytes.</summary>
    public static LogPart PartOf(DbDataReader reader)
    {
        var bytes = (byte[])reader[4];
        var batch = new Batch();
        batch.TryReadHead(bytes, 0, bytes.Length);
        return new LogPart((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1), (uint)reader.GetInt64(2), reader.GetInt32(3), bytes, batch.FramesOffset, LogSource.OwnLog);
    }

    // Nearly always one batch follows the other; where they overlap, each frame counts once.
    private static IEnumerable<(uint Sequence, byte[] Frame)> Union(List<LogPart> parts)
    {
        var isApart = true;
        for (var i = 1; i < parts.Count && isApart; i++)
        {
            isApart = parts[i].FirstSequence >= parts[i - 1].FirstSequence + parts[i - 1].FrameCount;
        }

        var all = parts.SelectMany(part => part.Frames()).Select(record => (record.Sequence, Frame: record.Frame.ToArray()));
        return isApart ? all : all.OrderBy(record => record.Sequence).ThenBy(record => record.Frame, s_byBytes).DistinctBy(record => (record.Sequence, Convert.ToHexString(record.Frame)));
    }
}
