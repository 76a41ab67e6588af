using System.Globalization;

namespace FieldNode.Log.Database;

/// <summary>The type of a column of <see cref="Rows"/>.</summary>
internal enum ColumnType
{
    Number,
    Text,
    Bytes,
}

/// <summary>A value to bind to a statement; numbers are not boxed.</summary>
internal readonly record struct Cell(long Number, object? Other)
{
    public static implicit operator Cell(long number) => new(number, null);

    public static implicit operator Cell(uint number) => new(number, null);

    public static implicit operator Cell(int number) => new(number, null);

    public static implicit operator Cell(ushort number) => new(number, null);

    public static implicit operator Cell(byte number) => new(number, null);

    /// <summary>PostgreSQL rejects NUL in a text, and a hostile node may send it: it becomes U+FFFD.</summary>
    public static implicit operator Cell(string text) => new(0, text.Replace('\0', '\uFFFD'));

    /// <summary>Null becomes NULL.</summary>
    public static implicit operator Cell(byte[]? bytes) => new(0, bytes);
}

/// <summary>A row that a statement returned.</summary>
internal interface IRow
{
    long Number(int column);

    string Text(int column);

    /// <summary>Null if the column is NULL.</summary>
    byte[]? Bytes(int column);
}

/// <summary>
/// A statement that runs over many rows of values. Its SQL reads them as <c>{k}</c>: a table k with the named columns. SQLite runs it once
/// for each row. A database across a network gets all rows in one message, which may hold several statements.
/// </summary>
internal abstract class Rows
{
    private readonly Statements _statements;
    private readonly List<Cell> _cells = [];

    private protected Rows(Statements statements, string columns)
    {
        _statements = statements;
        Columns = [.. columns.Split(", ").Select(column => column.Split(' ') switch
        {
            [var name, "text"] => (name, ColumnType.Text),
            [var name, "bytes"] => (name, ColumnType.Bytes),
            _ => (column, ColumnType.Number),
        })];
    }

    private protected (string Name, ColumnType Type)[] Columns { get; }

    /// <summary>Creates a statement from any SQL.</summary>
    /// <param name="columns">Columns of the rows of values: names, followed by <c>text</c> or <c>bytes</c> if they hold no numbers.</param>
    public static Rows Create(Statements statements, string sql, string columns) =>
        Dialect.For(statements.Connection).Rows(statements, sql, columns);

    /// <summary>A statement that inserts rows; none of them may be in the table yet.</summary>
    public static Rows Insert(Statements statements, string table, string columns) =>
        Create(statements, Dialect.For(statements.Connection).Insert(table, Names(columns)), columns);

    /// <summary>A statement that inserts rows; for rows that are already in the table, it updates the values.</summary>
    /// <param name="key">The key columns; no two rows of one run have the same key.</param>
    /// <param name="values">The other columns; null if there are none.</param>
    /// <param name="change">SQL of the updated value: <c>{0}</c> is the column, <c>{1}</c> the table.</param>
    public static Rows Put(Statements statements, string table, string key, string? values, string change = "excluded.{0}")
    {
        var columns = values is null ? key : $"{key}, {values}";
        var changes = values is null ? "NOTHING" : "UPDATE SET " + string.Join(", ",
            Names(values).Select(name => $"{name} = {string.Format(CultureInfo.InvariantCulture, change, name, table)}"));
        return Create(statements, Dialect.For(statements.Connection).Insert(table, Names(columns))
            + $" ON CONFLICT ({string.Join(", ", Names(key))}) DO {changes}", columns);
    }

    /// <summary>As <see cref="Put"/>, but adds the counts to those in the table.</summary>
    public static Rows Count(Statements statements, string table, string key, string counts) =>
        Put(statements, table, key, counts, "{1}.{0} + excluded.{0}");

    /// <summary>A statement that finds the table's rows whose columns have the given values.</summary>
    /// <param name="found">The columns to read.</param>
    public static Rows Find(Statements statements, string table, string found, string columns) =>
        Create(statements, Dialect.For(statements.Connection).Find(table, found, Names(columns)), columns);

    /// <summary>A statement that deletes the table's rows whose columns have the given values.</summary>
    /// <param name="where">An additional condition.</param>
    public static Rows Delete(Statements statements, string table, string columns, string where = "true") =>
        Create(statements, $"{Dialect.For(statements.Connection).Delete(table, Names(columns))} AND {where}", columns);

    /// <summary>Adds a row: a value for each column.</summary>
    public void Add(params ReadOnlySpan<Cell> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Columns.Length);
        _cells.AddRange(row);
    }

    /// <summary>Runs the statement for all rows, and clears them.</summary>
    public void Run()
    {
        if (_cells.Count > 0)
        {
            Run(_cells);
            _cells.Clear();
        }
    }

    /// <summary>Queues the rows to be written with others (<see cref="Statements.Send"/>). Nothing may read their changes before
    /// that.</summary>
    public void Post()
    {
        if (_cells.Count > 0)
        {
            _statements.Post(this);
        }
    }

    /// <summary>Runs the statement for all rows, clears them, and returns what it found.</summary>
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

    private static string[] Names(string columns) => [.. columns.Split(", ").Select(column => column.Split(' ')[0])];

    private protected abstract void Run(List<Cell> cells);

    /// <summary>Returns the rows and clears them.</summary>
    private protected List<Cell> Take()
    {
        List<Cell> cells = [.. _cells];
        _cells.Clear();
        return cells;
    }

    private protected abstract void Query(List<Cell> cells, Action<IRow> found);
}
