using System.Data.Common;
using FieldNode.Log.Database;
using FieldNode.Protocol;

namespace FieldNode.Log.Parts;

/// <summary>The stored records, read from the batches that brought them: each frame once, ordered by sequence number and then by its
/// bytes.</summary>
internal static class StoredFrames
{
    private static readonly IComparer<byte[]> s_byBytes = Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other));

    /// <summary>The number of the last batch; 0 if none.</summary>
    public static long LastBatch(DbConnection connection) => Sql.Scalar(connection, "SELECT coalesce(max(id), 0) FROM batches");

    /// <summary>The records of an epoch from one sequence number to another.</summary>
    public static IEnumerable<(uint Sequence, byte[] Frame)> Read(DbConnection connection, ulong node, uint epoch, uint from = 1,
        uint to = uint.MaxValue)
    {
        using var statements = new Statements(connection);
        var held = Overlaps(statements);
        held.Add((long)node, epoch, from, to);
        var parts = held.Query(PartOf);
        return Union(parts).Where(record => record.Sequence >= from && record.Sequence <= to);
    }

    /// <summary>A query for the batches that hold any of a part's records (<see cref="PartOf"/>).</summary>
    public static Rows Overlaps(Statements statements)
    {
        return Rows.Create(statements, $$"""
            SELECT k.node, k.epoch, held.first, held.frames, held.bytes FROM {k} JOIN batches AS held
            ON held.node = k.node AND held.epoch = k.epoch AND held.first > k.first_of - {{Batch.FramesMax}} AND held.first <= k.last_of
            ORDER BY held.node, held.epoch, held.first, held.id
            """, "node, epoch, first_of, last_of");
    }

    /// <summary>Reads a stored batch from a row with node, epoch, first, frames and bytes.</summary>
    public static LogPart PartOf(IRow row)
    {
        var bytes = row.Bytes(4)!;
        var batch = new Batch();
        batch.TryReadHead(bytes, 0, bytes.Length);
        return new LogPart((ulong)row.Number(0), (uint)row.Number(1), (uint)row.Number(2), (int)row.Number(3), bytes, batch.FramesOffset,
            LogPart.IsUnsigned(bytes) ? LogSource.FlashImage : LogSource.OwnLog);
    }

    /// <summary>Unsigned records of an epoch: they come only from a flash image.</summary>
    public static HashSet<uint> FromImages(DbConnection connection, ulong node, uint epoch)
    {
        using var statements = new Statements(connection);
        var held = Overlaps(statements);
        held.Add((long)node, epoch, 1u, uint.MaxValue);
        var parts = held.Query(PartOf).ToLookup(part => part.Source == LogSource.FlashImage);
        return [.. parts[true].SelectMany(Sequences).Except(parts[false].SelectMany(Sequences))];
    }

    /// <summary>True if any record of an epoch came from a flash image.</summary>
    public static bool HasImages(DbConnection connection, ulong node, uint epoch)
    {
        return Sql.Scalar(connection, "SELECT count(*) FROM images WHERE node = @node AND epoch = @epoch",
            new { node = (long)node, epoch = (long)epoch }) > 0;
    }

    private static IEnumerable<uint> Sequences(LogPart part) => Enumerable.Range(0, part.FrameCount)
        .Select(i => part.FirstSequence + (uint)i);

    // Batches nearly always follow one another. Where they overlap, each frame counts once, and a frame that is only in an image gives way
    // to a signed one.
    private static IEnumerable<(uint Sequence, byte[] Frame)> Union(List<LogPart> parts)
    {
        var isApart = true;
        for (var i = 1; i < parts.Count && isApart; i++)
        {
            isApart = parts[i].FirstSequence >= parts[i - 1].FirstSequence + parts[i - 1].FrameCount;
        }

        var all = parts.SelectMany(part => part.Frames()
            .Select(record => (record.Sequence, Frame: record.Frame.ToArray(), IsImage: part.Source == LogSource.FlashImage)));
        return isApart ? all.Select(record => (record.Sequence, record.Frame))
            : all.GroupBy(record => record.Sequence).OrderBy(group => group.Key).SelectMany(Signed)
                .OrderBy(record => record.Sequence).ThenBy(record => record.Frame, s_byBytes)
                    .DistinctBy(record => (record.Sequence, Convert.ToHexString(record.Frame)));
    }

    private static IEnumerable<(uint Sequence, byte[] Frame)> Signed(IGrouping<uint, (uint Sequence, byte[] Frame, bool IsImage)> versions)
    {
        // A placeholder for a lost record gives way to the record itself, whatever its source.
        var isSigned = versions.Any(version => !version.IsImage && Frame.Type(version.Frame, 0) != RecordType.Lost);
        return versions.Where(version => !isSigned || !version.IsImage).Select(version => (version.Sequence, version.Frame));
    }
}
