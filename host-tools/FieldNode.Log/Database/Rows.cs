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
/// One statement over many rows of values, which it reads as <c>{k}</c>: a table k with the columns named. In SQLite, it runs for
/// one row after the other; a database across a network gets all rows in one message, and several statements in one too.
/// </summary>
internal abstract class Rows
{
    private readonly Statements _statements;
    private readonly List<Cell> _cells = [];

    private protected Rows(Statements statements, (string Name, Is Kind)[] columns)
    {
        _statements = statements;
        Columns = columns;
    }

    private protected (string Name, Is Kind)[] Columns { get; }

    public static Rows Of(Statements statements, string sql, params (string Name, Is Kind)[] columns) =>
        Dialect.Of(statements.Connection).Rows(statements, sql, columns);

    /// <summary>A statement that puts rows into a table, in which none of them is.</summary>
    public static Rows Insert(Statements statements, string table, params (string Name, Is Kind)[] columns) =>
        Of(statements, Dialect.Of(statements.Connection).Insert(table, [.. columns.Select(column => column.Name)]), columns);

    /// <summary>A statement that finds rows of a table for each row of values.</summary>
    /// <param name="where">Which rows of the table, <c>s</c>, belong to one of values, <c>k</c>.</param>
    public static Rows Find(Statements statements, string table, string where, string columns, params (string Name, Is Kind)[] values)
    {
        var found = string.Join(", ", columns.Split(", ").Select(column => "s." + column));
        return Of(statements, $"SELECT {found} FROM {Dialect.Of(statements.Connection).Join(table, where)}", values);
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
