using System.Globalization;

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

    /// <summary>PostgreSQL takes no NUL in a text, which a hostile node may send: it becomes U+FFFD.</summary>
    public static implicit operator Cell(string text) => new(0, text.Replace('\0', '\uFFFD'));

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
/// One statement over many rows of values, which it reads as <c>{k}</c>: a table k with the columns named. In SQLite, it runs for
/// one row after the other; a database across a network gets all rows in one message, and several statements in one too.
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
            [var name, "text"] => (name, Is.Text),
            [var name, "bytes"] => (name, Is.Bytes),
            _ => (column, Is.Number),
        })];
    }

    private protected (string Name, Is Kind)[] Columns { get; }

    /// <summary>Any statement.</summary>
    /// <param name="columns">Of the rows of values: names, with <c>text</c> or <c>bytes</c> behind those that hold no numbers.</param>
    public static Rows Of(Statements statements, string sql, string columns) =>
        Dialect.Of(statements.Connection).Rows(statements, sql, columns);

    /// <summary>A statement that puts rows into a table, in which none of them is.</summary>
    public static Rows Insert(Statements statements, string table, string columns) =>
        Of(statements, Dialect.Of(statements.Connection).Insert(table, Names(columns)), columns);

    /// <summary>A statement that puts rows into a table in which some of them may be: of those that are there, it changes the
    /// values.</summary>
    /// <param name="key">Columns by which a row is the same; no two rows of one run are.</param>
    /// <param name="values">The other columns; null: there are none.</param>
    /// <param name="change">What becomes of a value: <c>{0}</c> is the column, <c>{1}</c> the table.</param>
    public static Rows Put(Statements statements, string table, string key, string? values, string change = "excluded.{0}")
    {
        var columns = values is null ? key : $"{key}, {values}";
        var changes = values is null ? "NOTHING" : "UPDATE SET " + string.Join(", ",
            Names(values).Select(name => $"{name} = {string.Format(CultureInfo.InvariantCulture, change, name, table)}"));
        return Of(statements, Dialect.Of(statements.Connection).Insert(table, Names(columns))
            + $" ON CONFLICT ({string.Join(", ", Names(key))}) DO {changes}", columns);
    }

    /// <summary>The same for counts: adds to those that are there.</summary>
    public static Rows Count(Statements statements, string table, string key, string counts) =>
        Put(statements, table, key, counts, "{1}.{0} + excluded.{0}");

    /// <summary>A statement that finds the rows of a table in which columns have the values.</summary>
    /// <param name="found">The columns to read.</param>
    public static Rows Find(Statements statements, string table, string found, string columns) =>
        Of(statements, Dialect.Of(statements.Connection).Find(table, found, Names(columns)), columns);

    /// <summary>A statement that deletes them.</summary>
    /// <param name="where">Only where this holds, too.</param>
    public static Rows Delete(Statements statements, string table, string columns, string where = "true") =>
        Of(statements, $"{Dialect.Of(statements.Connection).Delete(table, Names(columns))} AND {where}", columns);

    /// <summary>Adds a row: a value for each column.</summary>
    public void Add(params ReadOnlySpan<Cell> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Columns.Length);
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

    /// <summary>Has the rows written with others (<see cref="Statements.Send"/>); until then nobody reads what they change.</summary>
    public void Post()
    {
        if (_cells.Count > 0)
        {
            _statements.Post(this);
        }
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

    private static string[] Names(string columns) => [.. columns.Split(", ").Select(column => column.Split(' ')[0])];

    private protected abstract void Run(List<Cell> cells);

    /// <summary>The rows, which are gone here then.</summary>
    private protected List<Cell> Take()
    {
        List<Cell> cells = [.. _cells];
        _cells.Clear();
        return cells;
    }

    private protected abstract void Query(List<Cell> cells, Action<IRow> found);
}
