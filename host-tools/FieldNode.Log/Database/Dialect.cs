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
    public abstract Rows Rows(Statements statements, string sql, (string Name, Is Kind)[] columns);

    /// <summary>What joins rows of values, <c>k</c>, with those of a table, <c>s</c>, by an index of it.</summary>
    public abstract string Join(string table, string where);

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
