using FieldNode.Host.Store;

namespace FieldNode.Host.Reports;

/// <summary>What the store holds of one node and epoch.</summary>
public sealed record EpochStatus(ulong Node, uint Epoch, uint AcknowledgedUpTo, uint LastSequence, long Records, int Conflicts, bool Cloned, IReadOnlyList<(uint First, uint Last)> Gaps);

/// <summary>Gaps, conflicts and counts, from the indexes that merging keeps.</summary>
public sealed class LogStatus(HostStore store)
{
    public IReadOnlyList<EpochStatus> Epochs()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var command = connection.CreateCommand();
            command.CommandText = """
                SELECT node, epoch, first, last,
                       (SELECT count(*) FROM conflicts WHERE conflicts.node = spans.node AND conflicts.epoch = spans.epoch),
                       coalesce((SELECT cloned FROM epochs WHERE epochs.node = spans.node AND epochs.epoch = spans.epoch), 0)
                FROM spans ORDER BY node, epoch, first
                """;
            using var reader = command.ExecuteReader();
            var spans = new List<(ulong Node, uint Epoch, uint First, uint Last, int Conflicts, bool Cloned)>();
            while (reader.Read())
            {
                spans.Add(((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1), (uint)reader.GetInt64(2), (uint)reader.GetInt64(3), reader.GetInt32(4), reader.GetInt64(5) != 0));
            }

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
        return new EpochStatus(first.Node, first.Epoch, first.First == 1 ? first.Last : 0, spans[^1].Last, spans.Sum(span => (long)span.Last - span.First + 1), first.Conflicts, first.Cloned, gaps);
    }
}
