using FieldNode.Log.Database;

namespace FieldNode.Log.Store;

/// <summary>The stored records of one node and epoch, in numbers.</summary>
public sealed record EpochStatus(ulong Node, uint Epoch, uint AcknowledgedUpTo, uint LastSequence, long Records, int Conflicts, bool Cloned,
    IReadOnlyList<(uint First, uint Last)> Gaps);

/// <summary>Gaps, conflicts and counts, from the indexes that merging maintains.</summary>
public sealed class LogStatus(HostStore store)
{
    public IReadOnlyList<EpochStatus> Epochs()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            var conflicts = Sql.Query(connection, "SELECT node, epoch, count(*) FROM conflicts GROUP BY node, epoch",
                reader => (Key: (reader.GetInt64(0), reader.GetInt64(1)), Count: reader.GetInt32(2)))
                .ToDictionary(row => row.Key, row => row.Count);
            var cloned = Sql.Query(connection, "SELECT node, epoch FROM epochs WHERE cloned <> 0",
                reader => (reader.GetInt64(0), reader.GetInt64(1))).ToHashSet();
            var spans = Sql.Query(connection, "SELECT node, epoch, first, last FROM spans ORDER BY node, epoch, first", reader =>
                (Node: (ulong)reader.GetInt64(0), Epoch: (uint)reader.GetInt64(1), First: (uint)reader.GetInt64(2),
                    Last: (uint)reader.GetInt64(3), Conflicts: conflicts.GetValueOrDefault((reader.GetInt64(0), reader.GetInt64(1))),
                    Cloned: cloned.Contains((reader.GetInt64(0), reader.GetInt64(1)))));
            return spans.GroupBy(span => (span.Node, span.Epoch)).Select(group => Status([.. group])).ToList();
        });
    }

    private static EpochStatus Status(List<(ulong Node, uint Epoch, uint First, uint Last, int Conflicts, bool Cloned)> spans)
    {
        var gaps = new List<(uint, uint)>();
        uint next = 1;
        foreach (var span in spans)
        {
            if (span.First > next)
            {
                gaps.Add((next, span.First - 1));
            }

            next = span.Last + 1;
        }

        var first = spans[0];
        return new EpochStatus(first.Node, first.Epoch, first.First == 1 ? first.Last : 0, spans[^1].Last,
            spans.Sum(span => (long)span.Last - span.First + 1), first.Conflicts, first.Cloned, gaps);
    }
}
