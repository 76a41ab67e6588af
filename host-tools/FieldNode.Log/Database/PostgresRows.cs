using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace FieldNode.Log.Database;

/// <summary>Rows for PostgreSQL: one array per column, and one message for all rows.</summary>
internal sealed class PostgresRows : Rows, IDisposable
{
    private readonly string _text;
    private readonly NpgsqlCommand _command;

    public PostgresRows(Statements statements, string sql, string columns)
        : base(statements, columns)
    {
        var table = $"unnest({string.Join(", ", Columns.Select((_, i) => $"${i + 1}"))}) AS "
            + $"k({string.Join(", ", Columns.Select(column => column.Name))})";
        _text = sql.Replace("{k}", table, StringComparison.Ordinal);
#pragma warning disable CA2100 // constants of this assembly; values are bound
        _command = new NpgsqlCommand(_text, (NpgsqlConnection)statements.Connection);
#pragma warning restore CA2100
    }

    /// <summary>Adds the statement with its rows to a message.</summary>
    public void Take(NpgsqlBatch message)
    {
        var statement = new NpgsqlBatchCommand(_text);
        Bind(statement.Parameters, Take());
        message.BatchCommands.Add(statement);
    }

    public void Dispose()
    {
        _command.Dispose();
    }

    private protected override void Run(List<Cell> cells)
    {
        Bind(_command.Parameters, cells);
        _command.ExecuteNonQuery();
    }

    private protected override void Query(List<Cell> cells, Action<IRow> found)
    {
        Bind(_command.Parameters, cells);
        using var reader = _command.ExecuteReader();
        var row = new Row(reader);
        while (reader.Read())
        {
            found(row);
        }
    }

    private void Bind(NpgsqlParameterCollection parameters, List<Cell> cells)
    {
        parameters.Clear();
        for (var i = 0; i < Columns.Length; i++)
        {
            parameters.Add(Columns[i].Type switch
            {
                ColumnType.Number => new NpgsqlParameter<long[]>
                {
                    TypedValue = Column(cells, i, cell => cell.Number),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint
                },
                ColumnType.Text => new NpgsqlParameter<string[]>
                {
                    TypedValue = Column(cells, i, cell => (string)cell.Other!),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text
                },
                _ => new NpgsqlParameter<byte[]?[]>
                {
                    TypedValue = Column(cells, i, cell => (byte[]?)cell.Other),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea
                },
            });
        }
    }

    private T[] Column<T>(List<Cell> cells, int column, Func<Cell, T> of)
    {
        var values = new T[cells.Count / Columns.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = of(cells[i * Columns.Length + column]);
        }

        return values;
    }

    private sealed class Row(DbDataReader reader) : IRow
    {
        // SQLite returns a boolean as a number.
        public long Number(int column) => reader[column] is bool isTrue ? (isTrue ? 1 : 0) : reader.GetInt64(column);

        public string Text(int column) => reader.GetString(column);

        public byte[]? Bytes(int column) => reader.IsDBNull(column) ? null : (byte[])reader[column];
    }
}
