using FieldNode.Host.Store;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Reports;

/// <summary>Which people of the merged log are asked for; null and false mean no restriction but that to people who count.</summary>
public sealed record PersonFilter(int? Round = null, string? Site = null, bool All = false);

/// <summary>
/// The one true log: every person of every node, in an order that depends on the records alone (node, epoch, sequence, bytes), so equal
/// stores give equal rows however they were filled.
/// </summary>
public sealed class MergedLog(HostStore store)
{
    /// <summary>The people that pass a filter. Conflicting records are all there; undone and training ones only on request.</summary>
    public IEnumerable<PersonRow> People(PersonFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        using var connection = store.Guard(store.Connect);
        var epochs = store.Guard(() => Epochs(connection));
        foreach (var (node, epoch) in epochs)
        {
            foreach (var row in store.Guard(() => Fold(connection, node, epoch)).People)
            {
                var counts = filter.All || row.State is PersonState.Valid or PersonState.Conflict;
                if (counts && (filter.Round is null || row.Round == filter.Round) && (filter.Site is null || row.Site == filter.Site))
                {
                    yield return row;
                }
            }
        }
    }

    /// <summary>What each node did in each of its epochs: places, bags, badges, people turned away, training, refusals.</summary>
    public IEnumerable<EpochDay> Days()
    {
        using var connection = store.Guard(store.Connect);
        foreach (var (node, epoch) in store.Guard(() => Epochs(connection)))
        {
            yield return store.Guard(() => Fold(connection, node, epoch));
        }
    }

    private static List<(ulong Node, uint Epoch)> Epochs(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT DISTINCT node, epoch FROM spans";
        using var reader = command.ExecuteReader();
        var epochs = new List<(ulong, uint)>();
        while (reader.Read())
        {
            epochs.Add(((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1)));
        }

        epochs.Sort();
        return epochs;
    }

    private static EpochDay Fold(SqliteConnection connection, ulong node, uint epoch)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sequence, frame FROM records WHERE node = $node AND epoch = $epoch ORDER BY sequence, frame";
        command.Parameters.AddWithValue("$node", (long)node);
        command.Parameters.AddWithValue("$epoch", (long)epoch);
        using var reader = command.ExecuteReader();
        return EpochDay.Of(node, epoch, Rows(reader));

        static IEnumerable<(uint, byte[])> Rows(SqliteDataReader reader)
        {
            while (reader.Read())
            {
                yield return ((uint)reader.GetInt64(0), (byte[])reader[1]);
            }
        }
    }
}
