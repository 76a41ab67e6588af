using System.Data.Common;
using Dapper;

namespace FieldNode.Log.Database;

/// <summary>
/// Statements of the host, all of them constants, with their values bound as <c>@name</c>: properties of an object. They keep to what
/// SQLite and PostgreSQL both read; numbers are signed 64-bit in both.
/// </summary>
internal static class Sql
{
    // PostgreSQL takes no unsigned numbers.
    static Sql()
    {
        Signed<uint>(number => number);
        Signed<ushort>(number => number);
    }

    /// <inheritdoc cref="Dialect.BeginWrite"/>
    public static DbTransaction BeginWrite(DbConnection connection) => BeginWrite(connection, out _);

    /// <inheritdoc cref="Dialect.BeginWrite"/>
    public static DbTransaction BeginWrite(DbConnection connection, out long number) =>
        Dialect.Of(connection).BeginWrite(connection, out number);

    /// <inheritdoc cref="Dialect.BeginRead"/>
    public static DbTransaction BeginRead(DbConnection connection) => Dialect.Of(connection).BeginRead(connection);

    /// <summary>Runs a statement; the rows that it changed.</summary>
    public static int Execute(DbConnection connection, string sql, object? values = null) => connection.Execute(sql, values);

    /// <summary>The number that a statement finds; 0 when it finds nothing.</summary>
    public static long Scalar(DbConnection connection, string sql, object? values = null) => connection.ExecuteScalar(sql, values) switch
    {
        long number => number,
        int number => number,
        bool isTrue => isTrue ? 1 : 0,
        decimal number => (long)number,
        _ => 0,
    };

    /// <summary>Every row that a statement finds.</summary>
    public static List<T> Query<T>(DbConnection connection, string sql, Func<DbDataReader, T> read, object? values = null) =>
        [.. Stream(connection, sql, read, values)];

    /// <summary>The same one after the other, while the connection does nothing else.</summary>
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
