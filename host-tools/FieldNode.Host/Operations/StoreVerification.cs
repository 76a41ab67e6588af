using FieldNode.Answers.Projection;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using System.Data.Common;

namespace FieldNode.Host.Operations;

/// <summary>Numbers of a table's rows that are only in the store, and only in the recomputed tables.</summary>
public sealed record TableDifference(string Table, long OnlyStored, long OnlyRecomputed);

/// <summary>Result of a verification.</summary>
/// <param name="DamagedBatches">Stored batches that fail their CRC or, for a node that has had only one key, their tag.</param>
/// <param name="Integrity">Result of SQLite's integrity check; "ok" if the file is intact.</param>
public sealed record VerificationResult(int Batches, long Records, int DamagedBatches, string Integrity,
    IReadOnlyList<TableDifference> Differences)
{
    public bool IsRight => DamagedBatches == 0 && Integrity == "ok" && Differences.Count == 0;
}

/// <summary>Recomputes all derived tables from the stored batches, in a separate scratch store, and compares them: gaps, conflicts and the
/// tables of every answer. Nodes may go on uploading: only batches present at the start are checked.</summary>
public sealed class StoreVerification(HostStore store)
{
    private const int BatchesPerCommit = 512;

    // Compared tables, with their number of columns.
    private static readonly Dictionary<string, int> s_tables = new()
    {
        ["spans"] = 4,
        ["conflicts"] = 3,
        ["all_sightings"] = 7,
        ["doubles"] = 3,
        ["unlisted"] = 2,
        ["households"] = 5,
        ["coverage"] = 5,
        ["tallies"] = 8,
        ["unreadable"] = 4,
        ["images"] = 2,
        ["facts"] = 5,
        ["decisions"] = 11,
    };

    /// <param name="scratch">An empty directory for the scratch store, which needs as much space as this store.</param>
    /// <param name="reproject">Whether to run a full reprojection at the end, as a second way to the same tables.</param>
    public VerificationResult Run(string scratch, bool reproject = false, Action<int, int>? progress = null,
        CancellationToken cancel = default)
    {
        return store.Guard(() =>
        {
            using var source = store.Connect();
            using var snapshot = Sql.BeginRead(source); // all reads see the state of the first one
            var other = HostStore.OpenTemporary(scratch, store);
            var total = (int)Sql.Scalar(source, "SELECT count(*) FROM batches");
            CopyRosters(source, other);
            var damaged = Merge(source, other, OneKeyNodes(source), total, progress, cancel);
            if (reproject)
            {
                Reproject(other);
            }

            using var recomputed = other.Connect();
            var foreign = AccountMacs.Foreign(source, store.Vault);
            List<TableDifference> differences = [.. foreign > 0 ? [new TableDifference("accounts", foreign, 0)]
                : Array.Empty<TableDifference>(), .. Compare(source, recomputed)];
            return new VerificationResult(total, Sql.Scalar(recomputed, "SELECT coalesce(sum(last - first + 1), 0) FROM spans"), damaged,
                store.QuickCheck(), differences);
        });
    }

    // A node that was enrolled once has had one key, so all its uploads are tagged with that key. Other nodes' earlier keys are gone.
    private Dictionary<ulong, EnrolledNode> OneKeyNodes(DbConnection source)
    {
        return NodeRegistry.List(source, store.Vault).Where(node => node is { Key: not null, Enrolment: 1 }).ToDictionary(node => node.Id);
    }

    private static bool IsWhole(Batch batch, byte[] bytes, LogSource source, Dictionary<ulong, EnrolledNode> nodes)
    {
        return batch.TryRead(bytes, 0, bytes.Length) == BatchFault.None
            && (source != LogSource.Upload || batch.Version != Batch.NewestVersion || !nodes.TryGetValue(batch.NodeId, out var node)
                || BatchTag.Fits(bytes, isVersion1: false, node));
    }

    private static int Merge(DbConnection source, HostStore other, Dictionary<ulong, EnrolledNode> nodes, int total,
        Action<int, int>? progress, CancellationToken cancel)
    {
        using var batches = Sql.Stream(source, "SELECT bytes, source FROM batches ORDER BY id",
            // SQLite does not enforce column types
            reader => (Bytes: reader[0] as byte[] ?? [], Source: (LogSource)reader.GetInt32(1))).GetEnumerator();
        using var session = new MergeSession(other);
        var (done, damaged) = (0, 0);
        while (done < total)
        {
            cancel.ThrowIfCancellationRequested();
            var parts = new List<LogPart>(); // read here, so that a read error is reported for this store, not for the scratch store
            for (var i = 0; i < BatchesPerCommit && batches.MoveNext(); i++, done++)
            {
                var (bytes, kind) = batches.Current;
                var batch = new Batch();
                if (IsWhole(batch, bytes, kind, nodes))
                {
                    parts.Add(LogPart.FromBatch(batch, bytes, kind));
                }
                else
                {
                    damaged++;
                }
            }

            session.Merge((_, merger) => parts.ForEach(part => merger.Add(part, 0)));
            progress?.Invoke(done, total);
        }

        return damaged;
    }

    private static void CopyRosters(DbConnection source, HostStore other)
    {
        using var connection = other.Connect();
        using var transaction = Sql.BeginWrite(connection);
        StoreState.Copy(source, connection, "rosters");
        StoreState.Copy(source, connection, "roster_people");
        StoreState.Copy(source, connection, "seal_keys");
        transaction.Commit();
    }

    private static void Reproject(HostStore other)
    {
        using var connection = other.Connect();
        using var transaction = Sql.BeginWrite(connection);
        Reprojection.Run(connection, other.Vault, other.Outside.Work);
        transaction.Commit();
    }

    private static List<TableDifference> Compare(DbConnection stored, DbConnection recomputed)
    {
        IEnumerable<TableDifference> all =
            s_tables.Keys.Select(table => Compare(Ordered(stored, table), Ordered(recomputed, table), table));
        return [.. all.Where(table => table.OnlyStored + table.OnlyRecomputed > 0)];
    }

    // Merge of two sorted sequences: when two rows differ, the smaller one exists on one side only.
    private static TableDifference Compare(IEnumerable<object[]> stored, IEnumerable<object[]> recomputed, string table)
    {
        using var mine = stored.GetEnumerator();
        using var its = recomputed.GetEnumerator();
        var (hasMine, hasIts) = (mine.MoveNext(), its.MoveNext());
        var (onlyStored, onlyRecomputed) = (0L, 0L);
        while (hasMine || hasIts)
        {
            var order = !hasMine ? 1 : !hasIts ? -1 : Order(mine.Current, its.Current);
            (onlyStored, onlyRecomputed) = (onlyStored + (order < 0 ? 1 : 0), onlyRecomputed + (order > 0 ? 1 : 0));
            hasMine = order <= 0 ? mine.MoveNext() : hasMine;
            hasIts = order >= 0 ? its.MoveNext() : hasIts;
        }

        return new TableDifference(table, onlyStored, onlyRecomputed);
    }

    private static IEnumerable<object[]> Ordered(DbConnection connection, string table)
    {
        return Sql.Stream(connection, $"SELECT * FROM {table} ORDER BY {string.Join(", ", Enumerable.Range(1, s_tables[table]))}", reader =>
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            return row;
        });
    }

    // Numbers by value, texts by code point: the order of SQLite, and of PostgreSQL with collation "C".
    private static int Order(object[] one, object[] other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            var order = (one[i], other[i]) switch
            {
                (long number, long second) => number.CompareTo(second),
                (byte[] bytes, byte[] second) => bytes.AsSpan().SequenceCompareTo(second),
                (string text, string second) => System.Text.Encoding.UTF8.GetBytes(text).AsSpan()
                    .SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(second)),
                // SQLite does not enforce column types; numbers sort before texts
                var (first, second) => string.CompareOrdinal(first.GetType().Name, second.GetType().Name),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
