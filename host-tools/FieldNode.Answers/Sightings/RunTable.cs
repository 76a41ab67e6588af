using FieldNode.Log.Database;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace FieldNode.Answers.Sightings;

/// <summary>
/// The runs as the store has them. Which there are is kept from one transaction to the next, as long as nobody else has written any: a run never changes, and a
/// new one has a higher number than all before.
/// </summary>
internal sealed class RunTable
{
    private readonly DbConnection _connection;
    private readonly Rows _bytes;
    private readonly Rows _filters;
    private readonly Rows _insert;
    private readonly Rows _delete;
    private readonly Dictionary<Bucket, List<Run>> _runs = [];
    private long _last = -1;

    public RunTable(DbConnection connection, List<IDisposable> owned)
    {
        _connection = connection;
        _bytes = Rows.Of(connection, owned, "SELECT k.id, runs.entries FROM {k} JOIN runs ON runs.id = k.id", ("id", Is.Number));
        _filters = Rows.Of(connection, owned, "SELECT k.id, filter FROM {k} JOIN runs ON runs.id = k.id", ("id", Is.Number));
        _insert = Rows.Of(connection, owned, "INSERT INTO runs (id, level, bucket, tier, count, filter, entries) SELECT k.id, k.level, k.bucket, k.tier, k.count, k.filter, k.entries FROM {k}",
            ("id", Is.Number), ("level", Is.Number), ("bucket", Is.Number), ("tier", Is.Number), ("count", Is.Number), ("filter", Is.Bytes), ("entries", Is.Bytes));
        _delete = Rows.Of(connection, owned, "DELETE FROM runs WHERE id IN (SELECT k.id FROM {k})", ("id", Is.Number));
    }

    /// <summary>Digits of the deepest bucket.</summary>
    public int Depth { get; private set; }

    /// <summary>Buckets that got runs: whoever has seen that there is nothing to merge in one takes it out.</summary>
    public HashSet<Bucket> Changed { get; } = [];

    public IEnumerable<Run> All => _runs.Values.SelectMany(runs => runs);

    /// <summary>Sees what others have written; at the beginning of a transaction.</summary>
    public void Refresh()
    {
        var last = Sql.Scalar(_connection, "SELECT coalesce(max(id), 0) FROM runs");
        if (last == _last)
        {
            return;
        }

        var known = All.ToDictionary(run => run.Id);
        _runs.Clear();
        (_last, Depth) = (last, 0);
        foreach (var run in Sql.Query(_connection, "SELECT level, bucket, id, tier, count FROM runs", reader => new Run(new Bucket(reader.GetInt32(0), reader.GetInt64(1)), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt32(4))))
        {
            Keep(known.GetValueOrDefault(run.Id, run));
        }
    }

    /// <summary>The runs of a bucket.</summary>
    public IReadOnlyList<Run> Of(Bucket bucket) => _runs.TryGetValue(bucket, out var runs) ? runs : [];

    /// <summary>Reads the filters of runs that have none yet.</summary>
    public void ReadFilters(IReadOnlyList<Run> runs)
    {
        if (runs.All(run => run.Filter is not null))
        {
            return;
        }

        var lacking = runs.Where(run => run.Filter is null).ToDictionary(run => run.Id);
        foreach (var id in lacking.Keys)
        {
            _filters.Add(id);
        }

        foreach (var (id, filter) in _filters.Query(row => (row.Number(0), row.Bytes(1)!)))
        {
            lacking[id].Filter = BlockFilter.Is(filter) ? filter : throw RunBytes.Damaged(filter.Length);
        }
    }

    /// <summary>The entries of runs, as bytes, by their numbers.</summary>
    public Dictionary<long, byte[]> Read(IEnumerable<Run> runs)
    {
        foreach (var run in runs)
        {
            _bytes.Add(run.Id);
        }

        return _bytes.Query(row => (Id: row.Number(0), Bytes: row.Bytes(1)!)).ToDictionary(run => run.Id, run => run.Bytes);
    }

    /// <summary>Adds a run, behind all that are there.</summary>
    /// <param name="entries">As bytes (<see cref="RunBytes"/>).</param>
    public void Add(Bucket bucket, int tier, byte[] entries)
    {
        var run = new Run(bucket, ++_last, tier, RunBytes.Count(entries)) { Filter = BlockFilter.Of(entries, isAfar: _connection is not SqliteConnection) };
        _insert.Add(run.Id, bucket.Level, bucket.Digits, tier, run.Entries, run.Filter, entries);
        Keep(run);
    }

    public void Remove(IReadOnlyList<Run> runs)
    {
        foreach (var run in runs)
        {
            _delete.Add(run.Id);
            _runs[run.Bucket].Remove(run);
        }
    }

    /// <summary>Writes what was added and removed: first away, so that the new takes the place of the old.</summary>
    public void Write()
    {
        _delete.Post();
        _insert.Post();
    }

    private void Keep(Run run)
    {
        if (!_runs.TryGetValue(run.Bucket, out var runs))
        {
            _runs[run.Bucket] = runs = [];
        }

        runs.Add(run);
        Changed.Add(run.Bucket);
        Depth = Math.Max(Depth, run.Bucket.Level);
    }
}
