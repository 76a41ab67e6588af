using Dapper;
using System.Data;
using System.Data.Common;
using Npgsql;

namespace FieldNode.Log.Database;

/// <summary>PostgreSQL: each message costs host and server more than most statements do.</summary>
internal sealed class PostgresDialect : Dialect
{
    public static PostgresDialect Instance { get; } = new();

    public override bool WritesPages => false;

    public override Rows Rows(Statements statements, string sql, string columns) =>
        statements.Own(new PostgresRows(statements, sql, columns));

    // Without OFFSET 0, the whole table is read as long as the server has no statistics on it.
    public override string Find(string table, string found, IReadOnlyList<string> columns) =>
        $"SELECT s.* FROM {{k}} CROSS JOIN LATERAL (SELECT {found} FROM {table} AS t WHERE {Equal(columns)} OFFSET 0) AS s";

    public override string Delete(string table, IReadOnlyList<string> columns) =>
        $"DELETE FROM {table} AS t USING {{k}} WHERE {Equal(columns)}";

    public override string Insert(string table, IReadOnlyList<string> columns) =>
        $"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", columns)} FROM {{k}}";

    public override void Send(DbConnection connection, IReadOnlyList<Rows> all)
    {
        using var message = new NpgsqlBatch((NpgsqlConnection)connection);
        foreach (var rows in all.Cast<PostgresRows>())
        {
            rows.Take(message);
        }

        if (message.BatchCommands.Count > 0)
        {
            message.ExecuteNonQuery();
        }
    }

    /// <summary>Waits for its turn to write. Also checks the schema version: a host that does not know the version writes nothing. The
    /// number is one more than that of the last transaction of any host.</summary>
    public override DbTransaction BeginWrite(DbConnection connection, out long number)
    {
        var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        try
        {
            // A separate statement reads the version: it sees what was committed while the first statement waited.
            using var found = connection.QueryMultiple("UPDATE meta SET value = value + 1 WHERE name = 'changes' RETURNING value; "
                + $"SELECT value FROM meta WHERE name = 'schema'; NOTIFY {PostgresEngine.Channel}");
            (number, var version) = (found.ReadFirst<long>(), found.ReadFirst<long>());
            if (version != Schema.Version)
            {
                throw StoreFaults.Newer(connection.Database, (int)version);
            }

            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    public override bool IsNext(long before, long number) => number == before + 1;

    public override DbTransaction BeginRead(DbConnection connection) => connection.BeginTransaction(IsolationLevel.RepeatableRead);

    private static string Equal(IReadOnlyList<string> columns) => string.Join(" AND ", columns.Select(name => $"t.{name} = k.{name}"));
}
