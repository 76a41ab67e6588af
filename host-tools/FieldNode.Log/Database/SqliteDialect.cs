using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace FieldNode.Log.Database;

/// <summary>SQLite: a call costs almost nothing.</summary>
internal sealed class SqliteDialect : Dialect
{
    public static SqliteDialect Instance { get; } = new();

    public override bool WritesPages => true;

    public override Rows Rows(Statements statements, string sql, string columns) =>
        statements.Own(new SqliteRows(statements, sql, columns));

    public override string Find(string table, string found, IReadOnlyList<string> columns) =>
        $"SELECT {found} FROM {table} WHERE {Equal(columns)}";

    public override string Delete(string table, IReadOnlyList<string> columns) => $"DELETE FROM {table} WHERE {Equal(columns)}";

    public override string Insert(string table, IReadOnlyList<string> columns) =>
        $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"?{i + 1}"))})";

    public override void Send(DbConnection connection, IReadOnlyList<Rows> all)
    {
        foreach (var rows in all)
        {
            rows.Run();
        }
    }

    public override DbTransaction BeginWrite(DbConnection connection, out long number)
    {
        var transaction = ((SqliteConnection)connection).BeginTransaction(deferred: false);
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

    public override bool IsNext(long before, long number) => number == before;

    public override DbTransaction BeginRead(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);

    private static string Equal(IReadOnlyList<string> columns) => string.Join(" AND ", columns.Select((name, i) => $"{name} = ?{i + 1}"));
}
