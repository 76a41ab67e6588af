using FieldNode.Host.Store;
using FieldNode.Protocol;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Merge;

/// <summary>
/// Notices two boxes with one identity: an epoch that still brings new records after a later epoch of the same node began, which a node that was
/// formatted anew never does; and a batch with new records that follows none of those that were answered last.
/// </summary>
internal sealed class EpochWatch
{
    private readonly SqliteCommand _hear;
    private readonly SqliteCommand _laterAlive;
    private readonly SqliteCommand _follows;
    private readonly SqliteCommand _remember;
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
        _follows = Sql.Prepare(connection, owned, """
            SELECT last_tag IS NULL OR $previous = zeroblob(8) OR substr(last_tag, 1, 8) = $previous OR substr(before_last, 1, 8) = $previous FROM epochs WHERE node = $node AND epoch = $epoch
            """, "$node", "$epoch", "$previous");
        _remember = Sql.Prepare(connection, owned, """
            UPDATE epochs SET before_last = CASE WHEN substr(last_tag, 1, 8) = $previous OR $previous = zeroblob(8) THEN last_tag ELSE before_last END, last_tag = $tag
            WHERE node = $node AND epoch = $epoch AND last_tag IS NOT $tag
            """, "$node", "$epoch", "$previous", "$tag");
        _flag = Sql.Prepare(connection, owned, "UPDATE epochs SET cloned = 1 WHERE node = $node AND cloned = 0", "$node");
        _isFlagged = Sql.Prepare(connection, owned, "SELECT cloned FROM epochs WHERE node = $node AND epoch = $epoch", "$node", "$epoch");
    }

    /// <summary>What a store says that was restored: the uploads after the backup are not known, and the next one follows none that is.</summary>
    public static void Forget(SqliteConnection connection)
    {
        Sql.Execute(connection, "UPDATE epochs SET last_tag = NULL, before_last = NULL");
    }

    /// <summary>Notes an upload; true when this node has two boxes.</summary>
    /// <param name="isNew">It brought records.</param>
    public bool Heard(LogPart upload, bool isNew, long nowMs)
    {
        var (node, epoch) = ((long)upload.NodeId, (long)upload.Epoch);
        Sql.Run(_hear, node, epoch, nowMs);
        var follows = Sql.Value(_follows, node, epoch, upload.Previous) != 0;
        if (isNew && (!follows || Sql.Value(_laterAlive, node, epoch) > 0))
        {
            Sql.Run(_flag, node);
        }

        // A batch that came again, late, is not what the node's next one follows.
        if (isNew || follows)
        {
            Sql.Run(_remember, node, epoch, upload.Previous, upload.Bytes[^Batch.TagBytes..]);
        }

        return Sql.Value(_isFlagged, node, epoch) != 0;
    }
}
