using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace FieldNode.Log.Database;

/// <summary>What a column of <see cref="Rows"/> holds.</summary>
internal enum Is
{
    Number,
    Text,
    Bytes,
}

/// <summary>A value on its way into a statement, without a box around its number.</summary>
internal readonly record struct Cell(long Number, object? Other)
{
    public static implicit operator Cell(long number) => new(number, null);

    public static implicit operator Cell(uint number) => new(number, null);

    public static implicit operator Cell(int number) => new(number, null);

    public static implicit operator Cell(ushort number) => new(number, null);

    public static implicit operator Cell(byte number) => new(number, null);

    public static implicit operator Cell(string text) => new(0, text);

    /// <summary>Null is NULL.</summary>
    public static implicit operator Cell(byte[]? bytes) => new(0, bytes);
}

/// <summary>A row that a statement found.</summary>
internal interface IRow
{
    long Number(int column);

    string Text(int column);

    /// <summary>Null: NULL.</summary>
    byte[]? Bytes(int column);
}

/// <summary>
/// One statement over many rows of values, which it reads as <c>{k}</c>: a table k with the columns named. In SQLite, where a call costs
/// next to nothing, it runs for one row after the other; a database across a network gets all rows in one message, and several statements
/// in one too.
/// </summary>
internal abstract class Rows
{
    private readonly List<Cell> _cells = [];

    private protected Rows((string Name, Is Kind)[] columns)
    {
        Columns = columns;
    }

    private protected (string Name, Is Kind)[] Columns { get; }

    public static Rows Of(DbConnection connection, List<IDisposable> owned, string sql, params (string Name, Is Kind)[] columns)
    {
        if (connection is SqliteConnection sqlite)
        {
            var alone = new SqliteRows(sqlite, sql, columns);
            owned.Add(alone);
            return alone;
        }

        var together = new PostgresRows((NpgsqlConnection)connection, sql, columns);
        owned.Add(together);
        return together;
    }

    /// <summary>A statement that finds rows of a table for each row of values, by an index: PostgreSQL would rather read the whole table
    /// when its statistics are late.</summary>
    /// <param name="where">Which rows of the table, <c>s</c>, belong to one of values, <c>k</c>.</param>
    public static Rows Find(DbConnection connection, List<IDisposable> owned, string table, string where, string columns,
        params (string Name, Is Kind)[] values)
    {
        var found = $"(SELECT {columns} FROM {table} AS s WHERE {where} OFFSET 0) AS s";
        return Of(connection, owned, connection is SqliteConnection
            ? $"SELECT {string.Join(", ", columns.Split(", ").Select(column => "s." + column))} FROM {{k}} JOIN {table} AS s ON {where}"
            : $"SELECT s.* FROM {{k}} CROSS JOIN LATERAL {found}", values);
    }

    /// <summary>Adds a row: a value for each column.</summary>
    public void Add(params ReadOnlySpan<Cell> row)
    {
        _cells.AddRange(row);
    }

    /// <summary>Runs the statement for all rows, which are gone then.</summary>
    public void Run()
    {
        if (_cells.Count > 0)
        {
            Run(_cells);
            _cells.Clear();
        }
    }

    /// <summary>
    /// Runs the statement for all rows, which are gone then; nobody waits for it. It has run before any statement that is waited for, and
    /// before <see cref="Sql.Commit"/>.
    /// </summary>
    public void Post()
    {
        if (_cells.Count > 0)
        {
            Post(_cells);
            _cells.Clear();
        }
    }

    /// <summary>Has the database begin with what was posted: the host has other work before the next statement.</summary>
    public static void BeginPosted(DbConnection connection)
    {
        PostgresOutbox.Begin(connection);
    }

    /// <summary>Forgets what was posted: the transaction is given up.</summary>
    public static void DropPosted(DbConnection connection)
    {
        PostgresOutbox.Drop(connection);
    }

    /// <summary>What the statement finds for all rows, which are gone then.</summary>
    public List<T> Query<T>(Func<IRow, T> read)
    {
        var found = new List<T>();
        if (_cells.Count > 0)
        {
            Query(_cells, row => found.Add(read(row)));
            _cells.Clear();
        }

        return found;
    }

    private protected abstract void Run(List<Cell> cells);

    private protected virtual void Post(List<Cell> cells)
    {
        Run(cells);
    }

    private protected abstract void Query(List<Cell> cells, Action<IRow> found);
}
