using FieldNode.Host.Store;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Merge;

/// <summary>
/// Notices a cloned card: an epoch that still brings new records after a later epoch of the same node began. A node that was formatted
/// anew never does that.
/// </summary>
internal sealed class EpochWatch
{
    private readonly SqliteCommand _hear;
    private readonly SqliteCommand _laterAlive;
    private readonly SqliteCommand _flag;
    private readonly SqliteCommand _isFlagged;

    public EpochWatch(SqliteConnection connection, List<SqliteCommand> owned)
    {
        _hear = Sql.Prepare(connection, owned, """
            INSERT INTO epochs (node, epoch, number, last_heard_ms) VALUES ($node, $epoch, (SELECT count(*) + 1 FROM epochs WHERE node = $node), $now)
            ON CONFLICT (node, epoch) DO UPDATE SET last_heard_ms = $now
            """, "$node", "$epoch", "$now");
        _laterAlive = Sql.Prepare(connection, owned, """
            SELECT count(*) FROM epochs AS other JOIN epochs AS mine USING (node)
            WHERE node = $node AND mine.epoch = $epoch AND other.epoch <> $epoch AND other.number > mine.number
            """, "$node", "$epoch");
        _flag = Sql.Prepare(connection, owned, "UPDATE epochs SET cloned = 1 WHERE node = $node AND cloned = 0", "$node");
        _isFlagged = Sql.Prepare(connection, owned, "SELECT cloned FROM epochs WHERE node = $node AND epoch = $epoch", "$node", "$epoch");
    }

    /// <summary>Notes an upload; true when this node has two epochs alive at once.</summary>
    public bool Heard(ulong node, uint epoch, bool isNew, long nowMs)
    {
        Sql.Run(_hear, (long)node, (long)epoch, nowMs);
        if (isNew && Sql.Value(_laterAlive, (long)node, (long)epoch) > 0)
        {
            Sql.Run(_flag, (long)node);
        }

        return Sql.Value(_isFlagged, (long)node, (long)epoch) != 0;
    }
}
