using System.Data.Common;
using System.Data;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace FieldNode.Log.Database;

/// <summary>
/// Statements of the host, all of them constants, with their values bound as <c>$name</c>. They keep to what SQLite and PostgreSQL both
/// read; numbers are signed 64-bit in both.
/// </summary>
internal static class Sql
{
    /// <summary>A transaction that writes: the only one until it ends.</summary>
    public static DbTransaction BeginWrite(DbConnection connection) => BeginWrite(connection, out _);

    /// <summary>A transaction that writes, and a number that tells whether anybody else did between two of one connection
    /// (<see cref="IsNext"/>).</summary>
    public static DbTransaction BeginWrite(DbConnection connection, out long number)
    {
        if (connection is not SqliteConnection sqlite)
        {
            return PostgresEngine.BeginWrite(connection, out number);
        }

        var transaction = sqlite.BeginTransaction(deferred: false);
        try
        {
            number = SqliteEngine.ChangesByOthers(connection);
            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    /// <summary>Whether nobody else has written between two transactions of a connection that were committed one after the other.</summary>
    public static bool IsNext(DbConnection connection, long before, long number)
    {
        return number == (connection is SqliteConnection ? before : before + 1);
    }

    /// <summary>Commits, after what was posted (<see cref="Store.Rows.Post"/>).</summary>
    /// <exception cref="DbException">Nothing was committed; or, if the connection broke, nobody knows whether it was.</exception>
    public static void Commit(DbConnection connection, DbTransaction transaction)
    {
        PostgresOutbox.Send(connection); // a transaction whose connection broke does not know it any more
        transaction.Commit();
    }

    /// <summary>A transaction that sees the store as it is at its first statement.</summary>
    public static DbTransaction BeginRead(DbConnection connection)
    {
        return connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: true)
            : connection.BeginTransaction(IsolationLevel.RepeatableRead);
    }

    /// <summary>A statement to be run many times; its owner disposes of it.</summary>
    public static DbCommand Prepare(DbConnection connection, List<IDisposable> owned, string sql, params string[] parameters)
    {
        var command = Command(connection, sql);
        foreach (var name in parameters)
        {
            Bind(command, name, DBNull.Value);
        }

        owned.Add(command);
        return command;
    }

    public static void Bind(DbCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = Bound(values[i]);
        }
    }

    /// <summary>Runs a prepared statement; the rows that it changed.</summary>
    public static int Run(DbCommand command, params ReadOnlySpan<object> values)
    {
        Bind(command, values);
        PostgresOutbox.Send(command.Connection);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement once; the rows that it changed.</summary>
    public static int Execute(DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The number that a statement finds; 0 when it finds nothing.</summary>
    public static long Scalar(DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = Command(connection, sql, values);
        return Number(command.ExecuteScalar());
    }

    /// <summary>Every row that a statement finds.</summary>
    public static List<T> Query<T>(DbConnection connection, string sql, Func<DbDataReader, T> read,
        params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = Command(connection, sql, values);
        return Rows(command, read);
    }

    /// <summary>Every row that a prepared statement finds with the values that it has.</summary>
    public static List<T> Rows<T>(DbCommand command, Func<DbDataReader, T> read)
    {
        PostgresOutbox.Send(command.Connection);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>A command for a statement; its owner disposes of it.</summary>
    public static DbCommand Command(DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        PostgresOutbox.Send(connection); // one that is not prepared is run at once
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this assembly; values are bound
        command.CommandText = connection is NpgsqlConnection ? PostgresEngine.Statement(sql) : sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            Bind(command, name, value);
        }

        return command;
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = command is NpgsqlCommand ? name[1..] : name;
        parameter.Value = Bound(value);
        command.Parameters.Add(parameter);
    }

    // PostgreSQL takes no unsigned numbers, and wants them as wide as its columns.
    private static object Bound(object value) => value switch
    {
        int number => (long)number,
        uint number => (long)number,
        byte number => (long)number,
        ushort number => (long)number,
        _ => value,
    };

    private static long Number(object? value) => value switch
    {
        long number => number,
        int number => number,
        bool isTrue => isTrue ? 1 : 0,
        decimal number => (long)number,
        _ => 0,
    };
}
