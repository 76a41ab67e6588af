using System.Data.Common;

namespace FieldNode.Log.Database;

/// <summary>The database that a store lies in: what differs from one to the other. Statements are the same in all of them.</summary>
internal abstract class StoreEngine
{
    /// <summary>What messages call it: a file, or an address without its password.</summary>
    public abstract string Name { get; }

    public abstract Schema Schema { get; }

    /// <summary>A connection that is ready for use; to be disposed of soon.</summary>
    /// <exception cref="DbException">There is none to be had.</exception>
    public abstract DbConnection Connect();

    /// <summary>Which version the database's tables are of; 0: it has none.</summary>
    public abstract int VersionOf(DbConnection connection);

    /// <summary>Notes which version the tables are of.</summary>
    public abstract void PutVersion(DbConnection connection, int version);

    /// <summary>Settles how the database keeps what is large, once the tables are there; in the transaction that made them.</summary>
    public virtual void SettleStorage(DbConnection connection)
    {
    }

    /// <summary>A transaction that makes the tables, or brings them to another version; no other one is under way.</summary>
    public abstract DbTransaction BeginSchema(DbConnection connection);

    /// <summary>Leaves nothing of what was deleted where somebody could find it.</summary>
    public abstract void Scrub(DbConnection connection);

    /// <summary>Another number after each change that anybody commits.</summary>
    public abstract long ChangesOf(DbConnection connection);

    /// <summary>Ends when something may have changed, or after a while.</summary>
    public abstract Task Change(IWork work, CancellationToken cancel);

    /// <summary>What the database itself says of its files; "ok" when they are whole.</summary>
    public abstract string QuickCheck(DbConnection connection);

    /// <summary>How large it is.</summary>
    public abstract long Bytes();

    /// <summary>What its disk has left; <see cref="long.MaxValue"/>: it does not tell.</summary>
    public abstract long FreeBytes();

    /// <summary>What the database refused, as a message for people.</summary>
    public abstract HostFault FaultOf(DbException refusal);
}
