using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace FieldNode.Log.Database;

/// <summary>How a database is spoken to: what differs between them once a connection is there.</summary>
internal abstract class Dialect
{
    /// <summary>A change writes the whole page that it is in, so that rows in no order cost a page each.</summary>
    public abstract bool WritesPages { get; }

    /// <summary>That of a connection.</summary>
    public static Dialect Of(DbConnection connection) => connection is SqliteConnection ? SqliteDialect.One : PostgresDialect.One;

    /// <summary>A statement over many rows.</summary>
    public abstract Rows Rows(Statements statements, string sql, string columns);

    /// <summary>What finds a table's rows by an index of these columns.</summary>
    /// <param name="found">The columns to read.</param>
    public abstract string Find(string table, string found, IReadOnlyList<string> columns);

    /// <summary>What deletes a table's rows by an index of these columns.</summary>
    public abstract string Delete(string table, IReadOnlyList<string> columns);

    /// <summary>What puts rows of values into a table.</summary>
    public abstract string Insert(string table, IReadOnlyList<string> columns);

    /// <summary>Writes rows of statements, one statement after the other; they are gone then.</summary>
    public abstract void Send(DbConnection connection, IReadOnlyList<Rows> all);

    /// <summary>A transaction that writes: the only one until it ends.</summary>
    /// <param name="number">Tells whether anybody else wrote between two of one connection (<see cref="IsNext"/>).</param>
    /// <exception cref="HostFault">A later FieldNode has changed the tables.</exception>
    public abstract DbTransaction BeginWrite(DbConnection connection, out long number);

    /// <summary>Whether nobody else has written between two transactions of a connection that were committed one after the other.</summary>
    public abstract bool IsNext(long before, long number);

    /// <summary>A transaction that sees the store as it is at its first statement.</summary>
    public abstract DbTransaction BeginRead(DbConnection connection);
}
