using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using System.Data.Common;

namespace FieldNode.Answers.Sightings;

/// <summary>
/// The index from codes to records: a row for each sighting in effect. Codes are spread evenly, so that nearly every new row falls in a
/// page of its own, and SQLite writes whole pages. There, new rows wait in the small table <c>sightings_pending</c> and move together,
/// sorted, so that several share a page. The view <c>all_sightings</c> combines both tables. PostgreSQL writes rows, and needs none of
/// this.
/// </summary>
internal sealed class SightingTable
{
    /// <summary>Maximum pending rows while nodes upload.</summary>
    public const int PendingMax = 65_536;

    /// <summary>Maximum pending rows while whole logs are merged, whose commits are large.</summary>
    public const int PendingMaxBulk = 262_144;

    private const string Key = "code_high, code_low, kind, round";
    private const string Columns = Key + ", node, epoch, sequence";
    private const string Table = "sightings";
    private const string PendingTable = "sightings_pending";

    private readonly DbConnection _connection;
    private readonly int _pendingMax;
    private readonly Rows _find;
    private readonly Rows _add;
    private readonly List<Rows> _remove;

    /// <param name="pendingMax">Maximum pending rows.</param>
    public SightingTable(Statements statements, int pendingMax = PendingMax)
    {
        (_connection, _pendingMax) = (statements.Connection, pendingMax);
        _find = Rows.Find(statements, "all_sightings", Columns, Key);
        _add = Rows.Insert(statements, HasPending ? PendingTable : Table, Columns);
        _remove = (HasPending ? new[] { Table, PendingTable } : [Table]).Select(table => Rows.Delete(statements, table, Columns)).ToList();
    }

    private bool HasPending => Dialect.For(_connection).WritesPages;

    /// <summary>The sightings of each key, in order; keys without sightings are left out.</summary>
    public Dictionary<SeenKey, List<Sighting>> Find(IReadOnlyCollection<SeenKey> keys)
    {
        foreach (var key in keys)
        {
            _find.Add((long)key.Code.High, key.Code.Low, key.Kind, key.Round);
        }

        var found = new Dictionary<SeenKey, List<Sighting>>();
        foreach (var sightings in _find.Query(Read).GroupBy(sighting => sighting.Key))
        {
            found.Add(sightings.Key, [.. sightings.Order()]);
        }

        return found;
    }

    /// <summary>All sightings of a code, in order.</summary>
    public static List<Sighting> Find(DbConnection connection, CodeKey code)
    {
        return Sql.Query(connection, $"SELECT {Columns} FROM all_sightings WHERE code_high = @high AND code_low = @low",
            reader => new Sighting(new SeenKey(code, reader.GetByte(2), (ushort)reader.GetInt64(3)), reader.GetInt64(4),
                (uint)reader.GetInt64(5), (uint)reader.GetInt64(6)), new { high = (long)code.High, low = code.Low }).Order().ToList();
    }

    /// <summary>Adds and removes sightings.</summary>
    /// <param name="added">None of them may be in the table.</param>
    /// <param name="removed">All of them must be in the table.</param>
    public void Change(List<Sighting> added, List<Sighting> removed)
    {
        foreach (var rows in _remove)
        {
            Run(rows, removed);
        }

        Run(_add, added);
        if (HasPending && added.Count > 0 && Sql.Scalar(_connection, $"SELECT max(rowid) FROM {PendingTable}") > _pendingMax)
        {
            Sql.Execute(_connection, $"INSERT INTO {Table} ({Columns}) SELECT {Columns} FROM {PendingTable} WHERE true "
                + $"ORDER BY {Columns} ON CONFLICT DO NOTHING; DELETE FROM {PendingTable}");
        }
    }

    /// <summary>Deletes all sightings.</summary>
    public static void Clear(DbConnection connection)
    {
        Sql.Execute(connection, $"DELETE FROM {Table}");
        if (Dialect.For(connection).WritesPages)
        {
            Sql.Execute(connection, $"DELETE FROM {PendingTable}");
        }
    }

    private static void Run(Rows rows, List<Sighting> sightings)
    {
        foreach (var ((code, kind, round), node, epoch, sequence) in sightings)
        {
            rows.Add((long)code.High, code.Low, kind, round, node, epoch, sequence);
        }

        rows.Run();
    }

    private static Sighting Read(IRow row)
    {
        return new Sighting(new SeenKey(new CodeKey((ulong)row.Number(0), (uint)row.Number(1)), (byte)row.Number(2), (ushort)row.Number(3)),
            row.Number(4), (uint)row.Number(5), (uint)row.Number(6));
    }
}
