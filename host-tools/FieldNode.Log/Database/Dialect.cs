using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace FieldNode.Log.Database;

/// <summary>The SQL dialect of a database: what differs between SQLite and PostgreSQL once a connection is open.</summary>
internal abstract class Dialect
{
    /// <summary>True if a change writes its whole page, so that rows in random order cost one page each.</summary>
    public abstract bool WritesPages { get; }

    /// <summary>The dialect of a connection.</summary>
    public static Dialect For(DbConnection connection) =>
        connection is SqliteConnection ? SqliteDialect.Instance : PostgresDialect.Instance;

    /// <summary>Creates a statement that runs over many rows.</summary>
    public abstract Rows Rows(Statements statements, string sql, string columns);

    /// <summary>SQL that finds a table's rows by an index on these columns.</summary>
    /// <param name="found">The columns to read.</param>
    public abstract string Find(string table, string found, IReadOnlyList<string> columns);

    /// <summary>SQL that deletes a table's rows by an index on these columns.</summary>
    public abstract string Delete(string table, IReadOnlyList<string> columns);

    /// <summary>SQL that inserts rows of values into a table.</summary>
    public abstract string Insert(string table, IReadOnlyList<string> columns);

    /// <summary>Writes the pending rows of the statements, one statement after another, and clears them.</summary>
    public abstract void Send(DbConnection connection, IReadOnlyList<Rows> all);

    /// <summary>Begins a write transaction; no other one runs until it ends.</summary>
    /// <param name="number">Shows whether anyone else wrote between two transactions of one connection (<see cref="IsNext"/>).</param>
    /// <exception cref="HostFault">A newer FieldNode has migrated the tables.</exception>
    public abstract DbTransaction BeginWrite(DbConnection connection, out long number);

    /// <summary>True if no one else wrote between two successive committed transactions of one connection.</summary>
    public abstract bool IsNext(long before, long number);

    /// <summary>Begins a transaction that sees the store as of its first statement.</summary>
    public abstract DbTransaction BeginRead(DbConnection connection);
}
