using System.Data.Common;
using FieldNode.Answers.Projection;
using FieldNode.Answers.Roster;
using FieldNode.Answers;
using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Merge;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;

namespace FieldNode.Host.Operations;

/// <summary>Result of a move.</summary>
/// <param name="Already">Batches that an earlier, interrupted move had copied.</param>
/// <param name="To">Address of the database, without the password.</param>
public sealed record MoveResult(long Batches, long Already, string HostId, string To);

/// <summary>
/// Moves a host from the store file in its data directory to a database that several hosts can share. Nodes go on uploading: batches that
/// arrive during the bulk copy are copied after it, and the old store refuses writes only during the last copy. After the move it refuses
/// writes permanently; nodes keep their records until the new host answers. An interrupted move continues where it stopped.
/// </summary>
public sealed class StoreMove
{
    private const int BatchesPerCommit = 512;

    // Tables that cannot be rebuilt from the batches, or that depend on when the batches arrived.
    private static readonly string[] s_tables = ["nodes", "claims", "seal_keys", "statuses", "lane_reports", "epochs", "rosters",
        "roster_people", "buildings", "pulls", "accounts", "sessions", "authority", "audit", "audit_head"];

    /// <summary>Tables of the old store that reject writes after the move, also from an older process that does not know of it.</summary>
    private static readonly string[] s_stopped = ["batches", .. s_tables];

    private readonly HostStore _source;
    private readonly HostStore _target;

    /// <param name="directory">The data directory of the store to move.</param>
    /// <param name="database">Address of the target database: empty, or with an interrupted move of this store.</param>
    public StoreMove(string directory, string database)
    {
        _source = HostStore.OpenMoveSource(directory, new LogProjection());
        _target = HostStore.OpenMoveTarget(directory, database, _source);
    }

    /// <exception cref="HostFault">The target contains another host's data, or the source was already moved.</exception>
    public MoveResult Run(Action<long, long>? progress = null, CancellationToken cancel = default)
    {
        return _source.Guard(() => _target.Guard(() =>
        {
            using var from = _source.Connect();
            using var to = _target.Connect();
            if (!StoreState.Is(to, StoreState.Filling))
            {
                throw StoreState.Is(from, StoreState.Left)
                    ? new HostFault("store-left", ExitCode.Usage, $"{_source.Path} was already moved to {_target.Path}: serve that",
                        $"{_source.Path} 已迁至 {_target.Path}：请使用后者")
                    : new HostFault("store-not-empty", ExitCode.Usage, $"{_target.Path} contains a host's data: give a new database",
                        $"{_target.Path} 已有主机数据：请给出新的数据库");
            }

            var already = StoredFrames.LastBatch(to);
            if (!StoreState.Is(from, StoreState.Left))
            {
                CopyTables(from, to);
                CopyBatches(from, to, progress, cancel);
                using var last = Sql.BeginWrite(from); // blocks all other writers
                CopyBatches(from, to, progress, cancel);
                CopyTables(from, to);
                Leave(from);
                last.Commit();
            }

            using var end = Sql.BeginWrite(to);
            Sql.Execute(to, "DELETE FROM meta WHERE name = @name", new { name = StoreState.Filling });
            end.Commit();
            return new MoveResult(StoredFrames.LastBatch(to), already, $"{_source.HostId:X8}", _target.Path);
        }));
    }

    // Batches keep their numbers, which other hosts use to pull them, and their time of arrival.
    private void CopyBatches(DbConnection from, DbConnection to, Action<long, long>? progress, CancellationToken cancel)
    {
        using var session = new MergeSession(_target);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var done = StoredFrames.LastBatch(to);
            var batches = Sql.Query(from, "SELECT bytes, source, received_ms FROM batches WHERE id > @done ORDER BY id LIMIT @limit",
                reader =>
                (Bytes: (byte[])reader[0], Source: (LogSource)reader.GetInt32(1), ReceivedMs: reader.GetInt64(2)),
                    new { done, limit = BatchesPerCommit });
            if (batches.Count == 0)
            {
                return;
            }

            session.Merge((_, merger) =>
            {
                foreach (var (bytes, kind, receivedMs) in batches)
                {
                    var batch = new Batch();
                    if (batch.TryRead(bytes, 0, bytes.Length) is var fault and not BatchFault.None)
                    {
                        throw new HostFault("store-damaged", ExitCode.Refused,
                            $"{_source.Path}: a stored batch is damaged ({BatchFaults.Describe(fault)}): run 'fieldnode verify', and "
                            + $"restore a backup", $"{_source.Path}：存储的批次已损坏（{BatchFaults.Describe(fault)}）：见 'fieldnode verify'，并恢复备份");
                    }

                    merger.Add(LogPart.FromBatch(batch, bytes, kind), receivedMs);
                }
            });
            progress?.Invoke(done + batches.Count, StoredFrames.LastBatch(from));
        }
    }

    private void CopyTables(DbConnection from, DbConnection to)
    {
        using var transaction = Sql.BeginWrite(to);
        var hasNewRosters = !RostersOf(from).SequenceEqual(RostersOf(to));
        foreach (var table in s_tables)
        {
            Sql.Execute(to, $"DELETE FROM {table}");
            StoreState.Copy(from, to, table);
        }

        Sql.Execute(to, "DELETE FROM meta WHERE name IN ('log_epoch', 'store')");
        foreach (var (name, value) in Sql.Query(from, "SELECT name, value FROM meta WHERE name IN ('log_epoch', 'store')",
            reader => (reader.GetString(0), reader.GetInt64(1))))
        {
            Sql.Execute(to, "INSERT INTO meta VALUES (@name, @value)", new { name, value });
        }

        if (hasNewRosters)
        {
            RosterIndex.Rebuild(to, site: null);
            UnlistedPeople.Rebuild(to, _target.Vault);
        }

        transaction.Commit();
    }

    private static List<(string, long, long)> RostersOf(DbConnection connection)
    {
        return Sql.Query(connection, "SELECT site, number, imported_ms FROM rosters ORDER BY site",
            reader => (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
    }

    private static void Leave(DbConnection from)
    {
        Sql.Execute(from, "INSERT INTO meta VALUES (@name, 1)", new { name = StoreState.Left });
        foreach (var table in s_stopped)
        {
            foreach (var act in new[] { "INSERT", "UPDATE", "DELETE" })
            {
                Sql.Execute(from, $"CREATE TRIGGER {table}_left_{act} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'the store was "
                    + "moved'); END");
            }
        }
    }
}
