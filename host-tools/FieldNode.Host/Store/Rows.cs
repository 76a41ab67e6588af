using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace FieldNode.Host.Store;

/// <summary>What a column of <see cref="Rows"/> holds.</summary>
internal enum Is
{
    Number,
    Text,
    Bytes,
}

/// <summary>
/// One statement over many rows of values, which it reads as <c>{k}</c>: a table k with the columns named. In SQLite, where a call costs nothing, it runs for one
/// row after the other; a database across a network gets all rows in one message.
/// </summary>
internal sealed class Rows
{
    private readonly (string Name, Is Kind)[] _columns;
    private readonly DbCommand _command;
    private readonly bool _isTogether;
    private readonly List<object[]> _rows = [];

    public Rows(DbConnection connection, List<DbCommand> owned, string sql, params (string Name, Is Kind)[] columns)
    {
        _columns = columns;
        _isTogether = connection is not SqliteConnection;
        var names = string.Join(", ", columns.Select(column => column.Name));
        var table = _isTogether
            ? $"unnest({string.Join(", ", columns.Select(column => "$" + column.Name))}) AS k({names})"
            : $"(SELECT {string.Join(", ", columns.Select(column => $"${column.Name} AS {column.Name}"))}) AS k";
        _command = Sql.Prepare(connection, owned, sql.Replace("{k}", table, StringComparison.Ordinal), [.. columns.Select(column => "$" + column.Name)]);
    }

    public int Count => _rows.Count;

    public void Add(params object[] values)
    {
        _rows.Add(values);
    }

    /// <summary>Runs the statement for all rows, which are gone then.</summary>
    public void Run()
    {
        if (_isTogether && _rows.Count > 0)
        {
            BindAll();
            _command.ExecuteNonQuery();
        }
        else
        {
            foreach (var row in _rows)
            {
                Sql.Run(_command, row);
            }
        }

        _rows.Clear();
    }

    /// <summary>What the statement finds for all rows, which are gone then.</summary>
    public List<T> Query<T>(Func<DbDataReader, T> read)
    {
        var found = new List<T>();
        if (_isTogether && _rows.Count > 0)
        {
            BindAll();
            found = Sql.Rows(_command, read);
        }
        else
        {
            foreach (var row in _rows)
            {
                Sql.Bind(_command, row);
                found.AddRange(Sql.Rows(_command, read));
            }
        }

        _rows.Clear();
        return found;
    }

    private void BindAll()
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            var column = i;
            var parameter = (NpgsqlParameter)_command.Parameters[i];
            (parameter.NpgsqlDbType, parameter.Value) = _columns[i].Kind switch
            {
                Is.Number => (NpgsqlDbType.Array | NpgsqlDbType.Bigint, _rows.Select(row => Convert.ToInt64(row[column], System.Globalization.CultureInfo.InvariantCulture)).ToArray()),
                Is.Text => (NpgsqlDbType.Array | NpgsqlDbType.Text, _rows.Select(row => (string)row[column]).ToArray()),
                _ => (NpgsqlDbType.Array | NpgsqlDbType.Bytea, (object)_rows.Select(row => row[column] as byte[]).ToArray()),
            };
        }
    }
}
