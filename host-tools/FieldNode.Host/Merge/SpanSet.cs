using FieldNode.Host.Store;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Merge;

/// <summary>The runs of sequence numbers that the store holds, per node and epoch: neighbours and overlaps become one run.</summary>
internal sealed class SpanSet
{
    private readonly SqliteCommand _touching;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _prefix;

    public SpanSet(SqliteConnection connection, List<SqliteCommand> owned)
    {
        _touching = Sql.Prepare(connection, owned, """
            SELECT first, last FROM spans WHERE node = $node AND epoch = $epoch AND first <= $last + 1 ORDER BY first DESC
            """, "$node", "$epoch", "$last");
        _delete = Sql.Prepare(connection, owned, "DELETE FROM spans WHERE node = $node AND epoch = $epoch AND first >= $first AND last <= $last",
            "$node", "$epoch", "$first", "$last");
        _insert = Sql.Prepare(connection, owned, "INSERT INTO spans VALUES ($node, $epoch, $first, $last)", "$node", "$epoch", "$first", "$last");
        _prefix = Sql.Prepare(connection, owned, "SELECT last FROM spans WHERE node = $node AND epoch = $epoch AND first = 1", "$node", "$epoch");
    }

    public void Add(ulong node, uint epoch, uint first, uint last)
    {
        long from = first;
        long to = last;
        Sql.Bind(_touching, (long)node, (long)epoch, to);
        using (var reader = _touching.ExecuteReader())
        {
            // From the highest down; runs do not overlap, so the first one that ends too early ends the search.
            while (reader.Read() && reader.GetInt64(1) >= first - 1L)
            {
                from = Math.Min(from, reader.GetInt64(0));
                to = Math.Max(to, reader.GetInt64(1));
            }
        }

        Sql.Run(_delete, (long)node, (long)epoch, from, to);
        Sql.Run(_insert, (long)node, (long)epoch, from, to);
    }

    /// <summary>The last sequence number before the first gap, 0 when number 1 is missing.</summary>
    public uint Prefix(ulong node, uint epoch)
    {
        return (uint)Sql.Value(_prefix, (long)node, (long)epoch);
    }
}
