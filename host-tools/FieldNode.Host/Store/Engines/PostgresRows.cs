using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace FieldNode.Host.Store.Engines;

/// <summary>Rows for PostgreSQL: an array for each column, and one message for all.</summary>
internal sealed class PostgresRows : Rows
{
    private readonly DbCommand _command;

    public PostgresRows(DbConnection connection, List<IDisposable> owned, string sql, (string Name, Is Kind)[] columns)
        : base(columns)
    {
        string[] parameters = [.. columns.Select(column => "$" + column.Name)];
        var table = $"unnest({string.Join(", ", parameters)}) AS k({string.Join(", ", columns.Select(column => column.Name))})";
        _command = Sql.Prepare(connection, owned, sql.Replace("{k}", table, StringComparison.Ordinal), parameters);
    }

    private protected override void Run(List<Cell> cells)
    {
        Bind(cells);
        _command.ExecuteNonQuery();
    }

    private protected override void Query(List<Cell> cells, Action<IRow> found)
    {
        Bind(cells);
        using var reader = _command.ExecuteReader();
        var row = new Row(reader);
        while (reader.Read())
        {
            found(row);
        }
    }

    private void Bind(List<Cell> cells)
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            var parameter = (NpgsqlParameter)_command.Parameters[i];
            (parameter.NpgsqlDbType, parameter.Value) = Columns[i].Kind switch
            {
                Is.Number => (NpgsqlDbType.Array | NpgsqlDbType.Bigint, Column(cells, i, cell => cell.Number)),
                Is.Text => (NpgsqlDbType.Array | NpgsqlDbType.Text, Column(cells, i, cell => (string)cell.Other!)),
                _ => (NpgsqlDbType.Array | NpgsqlDbType.Bytea, (object)Column(cells, i, cell => (byte[]?)cell.Other)),
            };
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
        // A truth is a number in SQLite.
        public long Number(int column) => reader[column] is bool isTrue ? (isTrue ? 1 : 0) : reader.GetInt64(column);

        public string Text(int column) => reader.GetString(column);

        public byte[]? Bytes(int column) => reader.IsDBNull(column) ? null : (byte[])reader[column];
    }
}
