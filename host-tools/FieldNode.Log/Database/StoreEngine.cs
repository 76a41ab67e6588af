using System.Data.Common;

namespace FieldNode.Log.Database;

/// <summary>The database engine of a store: what differs between engines. SQL statements are the same for all of them.</summary>
internal abstract class StoreEngine
{
    /// <summary>The name shown in messages: a file, or an address without its password.</summary>
    public abstract string Name { get; }

    public abstract Schema Schema { get; }

    /// <summary>Opens a connection that is ready for use; dispose of it soon.</summary>
    /// <exception cref="DbException">No connection can be opened.</exception>
    public abstract DbConnection Connect();

    /// <summary>The schema version of the database; 0 if it has no tables.</summary>
    public abstract int VersionOf(DbConnection connection);

    /// <summary>Stores the schema version.</summary>
    public abstract void PutVersion(DbConnection connection, int version);

    /// <summary>Configures how the database stores large values. Called after the tables are created, in the same transaction.</summary>
    public virtual void ConfigureStorage(DbConnection connection)
    {
    }

    /// <summary>Begins a transaction that creates or migrates the tables; only one runs at a time.</summary>
    public abstract DbTransaction BeginSchema(DbConnection connection);

    /// <summary>Removes all traces of deleted data, so that no one can recover it.</summary>
    public abstract void Scrub(DbConnection connection);

    /// <summary>A number that changes with each committed change.</summary>
    public abstract long ChangesOf(DbConnection connection);

    /// <summary>Completes when something may have changed, or after a while.</summary>
    public abstract Task Change(IScheduler work, CancellationToken cancel);

    /// <summary>The database's own check of its files; "ok" if they are intact.</summary>
    public abstract string QuickCheck(DbConnection connection);

    /// <summary>The size of the database, in bytes.</summary>
    public abstract long Bytes();

    /// <summary>The free space on its disk, in bytes; <see cref="long.MaxValue"/> if unknown.</summary>
    public abstract long FreeBytes();

    /// <summary>Converts a database error to a fault with a message for people.</summary>
    public abstract HostFault FaultOf(DbException refusal);
}
