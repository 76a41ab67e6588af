using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FieldNode.Log.Database;

/// <summary>
/// Rows for SQLite, through its C interface (https://sqlite.org/c3ref/stmt.html): an ADO.NET command costs several times what SQLite itself
/// needs for such a statement.
/// </summary>
internal sealed class SqliteRows : Rows, IRow, IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteRows(Statements statements, string sql, string columns)
        : base(statements, columns)
    {
        _database = ((SqliteConnection)statements.Connection).Handle!;
        var table = $"(SELECT {string.Join(", ", Columns.Select((column, i) => $"?{i + 1} AS {column.Name}"))}) AS k";
        Check(raw.sqlite3_prepare_v2(_database, sql.Replace("{k}", table, StringComparison.Ordinal), out _statement));
    }

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public byte[]? Bytes(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null
        : raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose()
    {
        _statement.Dispose();
    }

    private protected override void Run(List<Cell> cells)
    {
        for (var at = 0; at < cells.Count; at += Columns.Length)
        {
            Bind(cells, at);
            Check(raw.sqlite3_step(_statement));
            Check(raw.sqlite3_reset(_statement));
        }
    }

    private protected override void Query(List<Cell> cells, Action<IRow> found)
    {
        for (var at = 0; at < cells.Count; at += Columns.Length)
        {
            Bind(cells, at);
            int status;
            while ((status = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW)
            {
                found(this);
            }

            Check(status);
            Check(raw.sqlite3_reset(_statement));
        }
    }

    private void Bind(List<Cell> cells, int at)
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            var cell = cells[at + i];
            Check(Columns[i].Type switch
            {
                ColumnType.Number => raw.sqlite3_bind_int64(_statement, i + 1, cell.Number),
                ColumnType.Text => raw.sqlite3_bind_text(_statement, i + 1, (string)cell.Other!),
                _ => cell.Other is byte[] bytes ? raw.sqlite3_bind_blob(_statement, i + 1, bytes)
                    : raw.sqlite3_bind_null(_statement, i + 1),
            });
        }
    }

    private void Check(int status)
    {
        if (status is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            var (code, message) = (raw.sqlite3_extended_errcode(_database), raw.sqlite3_errmsg(_database).utf8_to_string());
            if (_statement is not null)
            {
                raw.sqlite3_reset(_statement);
            }

            throw new SqliteException(message, code & 0xFF, code);
        }
    }
}
