using System.Data.Common;
using Dapper;

namespace FieldNode.Log.Database;

/// <summary>
/// Runs the host's SQL statements. All of them are constants; values are bound as <c>@name</c> from the properties of an object. They use
/// only SQL that both SQLite and PostgreSQL accept; numbers are signed 64-bit in both.
/// </summary>
internal static class Sql
{
    // PostgreSQL has no unsigned numbers.
    static Sql()
    {
        Signed<uint>(number => number);
        Signed<ushort>(number => number);
    }

    /// <inheritdoc cref="Dialect.BeginWrite"/>
    public static DbTransaction BeginWrite(DbConnection connection) => BeginWrite(connection, out _);

    /// <inheritdoc cref="Dialect.BeginWrite"/>
    public static DbTransaction BeginWrite(DbConnection connection, out long number) =>
        Dialect.For(connection).BeginWrite(connection, out number);

    /// <inheritdoc cref="Dialect.BeginRead"/>
    public static DbTransaction BeginRead(DbConnection connection) => Dialect.For(connection).BeginRead(connection);

    /// <summary>Runs a statement; returns the number of rows that it changed.</summary>
    public static int Execute(DbConnection connection, string sql, object? values = null) => connection.Execute(sql, values);

    /// <summary>The number that a statement returns; 0 if it returns nothing.</summary>
    public static long Scalar(DbConnection connection, string sql, object? values = null) => connection.ExecuteScalar(sql, values) switch
    {
        long number => number,
        int number => number,
        bool isTrue => isTrue ? 1 : 0,
        decimal number => (long)number,
        _ => 0,
    };

    /// <summary>All rows that a statement returns.</summary>
    public static List<T> Query<T>(DbConnection connection, string sql, Func<DbDataReader, T> read, object? values = null) =>
        [.. Stream(connection, sql, read, values)];

    /// <summary>As <see cref="Query{T}"/>, but row by row; the connection must do nothing else meanwhile.</summary>
    public static IEnumerable<T> Stream<T>(DbConnection connection, string sql, Func<DbDataReader, T> read, object? values = null)
    {
        using var reader = (DbDataReader)connection.ExecuteReader(sql, values);
        while (reader.Read())
        {
            yield return read(reader);
        }
    }

    private static void Signed<T>(Func<T, long> number)
    {
        SqlMapper.RemoveTypeMap(typeof(T));
        SqlMapper.AddTypeHandler(new Number<T>(number));
    }

    private sealed class Number<T>(Func<T, long> number) : SqlMapper.TypeHandler<T>
    {
        public override void SetValue(System.Data.IDbDataParameter parameter, T? value) => parameter.Value = number(value!);

        public override T Parse(object value) => (T)Convert.ChangeType(value, typeof(T), System.Globalization.CultureInfo.InvariantCulture);
    }
}
