using FieldNode.Host.Merge;
using FieldNode.Host.Projection;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Operations;

/// <summary>Rows of a table that are in the store alone, and that only the batches lead to.</summary>
public sealed record TableDifference(string Table, long OnlyStored, long OnlyRecomputed);

/// <summary>What a verification found.</summary>
/// <param name="DamagedBatches">Stored batches that do not pass their CRC.</param>
/// <param name="Integrity">What SQLite says of the file; "ok" when it is whole.</param>
public sealed record VerificationResult(int Batches, long Records, int DamagedBatches, string Integrity, IReadOnlyList<TableDifference> Differences)
{
    public bool IsRight => DamagedBatches == 0 && Integrity == "ok" && Differences.Count == 0;
}

/// <summary>
/// Recomputes everything from the stored batches, in a store of its own beside it, and compares: records, gaps, conflicts and every answer's
/// tables. Nodes may go on uploading: it looks at the batches that are there when it begins.
/// </summary>
public sealed class StoreVerification(HostStore store)
{
    private const int BatchesPerCommit = 512;

    private static readonly string[] s_tables = ["records", "spans", "conflicts", "seen", "doubles", "unlisted", "coverage", "tallies", "facts", "decisions"];

    /// <param name="scratch">An empty directory for the other store; it needs as much room as this one.</param>
    /// <param name="projectAnew">Project everything once more at the end: another way to the same tables.</param>
    public VerificationResult Run(string scratch, bool projectAnew = false, Action<int, int>? progress = null, CancellationToken cancel = default)
    {
        return store.Guard(() =>
        {
            using var source = store.Connect();
            using var snapshot = source.BeginTransaction(deferred: true); // reads stay as of its first one
            var other = HostStore.OpenBeside(scratch, store);
            var total = (int)Sql.Scalar(source, "SELECT count(*) FROM batches");
            CopyRosters(source, other);
            var damaged = Merge(source, other, total, progress, cancel);
            if (projectAnew)
            {
                ProjectAnew(other);
            }

            using var recomputed = other.Connect();
            Sql.Execute(source, "ATTACH $path AS other", ("$path", other.Path));
            try
            {
                return new VerificationResult(total, Sql.Scalar(recomputed, "SELECT count(*) FROM records"), damaged, store.QuickCheck(), Compare(source));
            }
            finally
            {
                snapshot.Rollback();
                Sql.Execute(source, "DETACH other");
            }
        });
    }

    private static int Merge(SqliteConnection source, HostStore other, int total, Action<int, int>? progress, CancellationToken cancel)
    {
        using var command = source.CreateCommand();
        command.CommandText = "SELECT bytes, source FROM batches ORDER BY id";
        using var reader = command.ExecuteReader();
        var (done, damaged) = (0, 0);
        while (done < total)
        {
            cancel.ThrowIfCancellationRequested();
            using var connection = other.Connect();
            using var transaction = connection.BeginTransaction(deferred: false);
            using var merger = new Merger(connection, other);
            for (var i = 0; i < BatchesPerCommit && reader.Read(); i++, done++)
            {
                var bytes = reader[0] as byte[] ?? []; // SQLite lets anything stand there
                var batch = new Batch();
                if (batch.TryRead(bytes, 0, bytes.Length) != BatchFault.None)
                {
                    damaged++;
                    continue;
                }

                merger.Add(LogPart.Of(batch, bytes, (LogSource)reader.GetInt32(1)), 0);
            }

            merger.Commit(transaction);
            progress?.Invoke(done, total);
        }

        return damaged;
    }

    private static void CopyRosters(SqliteConnection source, HostStore other)
    {
        using var connection = other.Connect();
        using var transaction = connection.BeginTransaction(deferred: false);
        Copy(source, connection, "rosters", 4);
        Copy(source, connection, "roster_people", 9);
        Copy(source, connection, "seal_keys", 3);
        transaction.Commit();
    }

    private static void Copy(SqliteConnection source, SqliteConnection target, string table, int columns)
    {
        var owned = new List<SqliteCommand>();
        string[] names = [.. Enumerable.Range(0, columns).Select(i => $"$p{i}")];
        var insert = Sql.Prepare(target, owned, $"INSERT INTO {table} VALUES ({string.Join(", ", names)})", names);
        foreach (var row in Sql.Query(source, $"SELECT * FROM {table}", reader => Enumerable.Range(0, columns).Select(reader.GetValue).ToArray()))
        {
            Sql.Run(insert, row);
        }

        owned.ForEach(command => command.Dispose());
    }

    private static void ProjectAnew(HostStore other)
    {
        using var connection = other.Connect();
        using var transaction = connection.BeginTransaction(deferred: false);
        Projector.ProjectAll(connection, other.Vault);
        transaction.Commit();
    }

    private static List<TableDifference> Compare(SqliteConnection source)
    {
        return [.. s_tables.Select(table => new TableDifference(table, Count(source, $"main.{table}", $"other.{table}"), Count(source, $"other.{table}", $"main.{table}"))).Where(table => table.OnlyStored + table.OnlyRecomputed > 0)];
    }

    private static long Count(SqliteConnection source, string first, string second)
    {
        return Sql.Scalar(source, $"SELECT count(*) FROM (SELECT * FROM {first} EXCEPT SELECT * FROM {second})");
    }
}
