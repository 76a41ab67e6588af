using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Parts;
using System.Data.Common;

namespace FieldNode.Log.Store;

/// <summary>
/// All data of a host, in one database: a file in its data directory, or a PostgreSQL database that several hosts share. A commit that
/// returned is on disk. Connections are cheap; write transactions run one after another.
/// </summary>
public sealed class HostStore
{
    public const string FileName = "fieldnode.db";

    private const int BoundSecretsSince = 11; // in earlier versions, a secret was not bound to its row

    private readonly StoreEngine _engine;

    private HostStore(StoreEngine engine, ILogFollower follower, Outside outside)
    {
        _engine = engine;
        Follower = follower;
        Outside = outside;
    }

    /// <summary>The time, random numbers, threads and files of the store.</summary>
    public Outside Outside { get; }

    /// <summary>The name shown in messages: its file, or its address without the password.</summary>
    public string Path => _engine.Name;

    /// <summary>The size of the store, in bytes.</summary>
    public long Bytes => Guard(_engine.Bytes);

    /// <summary>The free space on its disk, in bytes; <see cref="long.MaxValue"/> if unknown.</summary>
    public long FreeBytes => _engine.FreeBytes();

    /// <summary>True if several hosts may use it at once.</summary>
    public bool IsShared => _engine is PostgresEngine;

    /// <summary>The store's own keys.</summary>
    public Vault Vault { get; private set; } = null!;

    /// <summary>Derives tables from the log.</summary>
    public ILogFollower Follower { get; }

    /// <summary>This host's number, drawn when its store was created; on every card and in every batch.</summary>
    public uint HostId { get; private set; }

    /// <summary>Opens the store of a data directory, or creates one.</summary>
    /// <param name="directory">The data directory; or the address of a database, postgres://….</param>
    /// <param name="follower">Derives tables from the log; rebuilds those of a store of an earlier version.</param>
    /// <param name="database">The address of the store's database; null if the store is a file in the directory. Its key is beside the
    /// directory.</param>
    /// <exception cref="HostFault">The directory or database cannot be used, or it holds a store that is busy or of a later version, or no
    /// store.</exception>
    public static HostStore Open(string directory, ILogFollower follower, bool create = true, string? database = null,
        Outside? outside = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return Open(directory, follower, create, PostgresAddress.Is(directory) ? directory : database,
            new Opening { Outside = outside ?? Outside.Real });
    }

    /// <summary>Opens a store that is about to be moved, or was moved.</summary>
    internal static HostStore OpenMoveSource(string directory, ILogFollower follower) =>
        Open(directory, follower, create: false, database: null, new Opening { IsLeft = true });

    /// <summary>Opens, or creates, the database that a store is moved to: it becomes the same host, with the same keys.</summary>
    internal static HostStore OpenMoveTarget(string directory, string database, HostStore source) =>
        Open(directory, source.Follower, create: true, database, new Opening { Source = source, Outside = source.Outside });

    /// <summary>Creates a temporary store with another store's keys, to be compared with it.</summary>
    internal static HostStore OpenTemporary(string directory, HostStore other)
    {
        return Open(directory, other.Follower, create: true, database: null, new Opening { Vault = other.Vault, Outside = other.Outside });
    }

    private static HostStore Open(string directory, ILogFollower follower, bool create, string? database, Opening how)
    {
        var store = new HostStore(database is not null ? Shared(directory, database, how.Outside.Files)
            : File(directory, create, how.Outside.Files), follower, how.Outside);
        store.Guard(() => store.Prepare(KeySource.ForDirectory(directory, how.Outside), create, how));
        return store;
    }

    /// <summary>The database's check of its files: "ok" if they are intact.</summary>
    public string QuickCheck()
    {
        return Guard(() =>
        {
            using var connection = Connect();
            return _engine.QuickCheck(connection);
        });
    }

    /// <summary>Opens a connection that is ready for use.</summary>
    public DbConnection Connect() => _engine.Connect();

    /// <summary>A number that changes with each commit of another connection.</summary>
    internal long ChangesOf(DbConnection connection) => _engine.ChangesOf(connection);

    /// <summary>Completes when something may have changed, or after a while.</summary>
    internal Task Change(CancellationToken cancel) => _engine.Change(Outside.Work, cancel);

    /// <summary>Runs work on the store; converts database errors to faults with a message.</summary>
    public void Guard(Action work)
    {
        Guard(() =>
        {
            work();
            return true;
        });
    }

    /// <inheritdoc cref="Guard(Action)"/>
    public T Guard<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            return work();
        }
        catch (DbException e)
        {
            throw _engine.FaultOf(e);
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.OfType<DbException>().FirstOrDefault() is { } refusal)
        {
            throw _engine.FaultOf(refusal); // of parallel work
        }
    }

    /// <summary>Reads a snapshot of the store, whatever is written meanwhile.</summary>
    internal T Read<T>(Func<DbConnection, T> read)
    {
        return Guard(() =>
        {
            using var connection = Connect();
            using var snapshot = Sql.BeginRead(connection);
            return read(connection);
        });
    }

    private static SqliteEngine File(string directory, bool create, IFiles files)
    {
        var path = System.IO.Path.Combine(directory, FileName);
        if (!create && !files.Exists(path))
        {
            throw new HostFault("no-store", ExitCode.Failed,
                $"{directory} holds no FieldNode data ({FileName} is missing): name the directory that 'fieldnode serve --data' uses",
                $"{directory} 里没有 FieldNode 数据（缺 {FileName}）：请给出 'fieldnode serve --data' 所用的目录");
        }

        return new SqliteEngine(path, files);
    }

    // Files that belong to a store, such as the access key, remain in the directory when the store is in a database.
    private static PostgresEngine Shared(string directory, string database, IFiles files)
    {
        var engine = new PostgresEngine(PostgresAddress.Parse(database));
        if (!PostgresAddress.Is(directory))
        {
            SqliteEngine.MakePrivate(directory, files);
        }

        return engine;
    }

    private void Prepare(KeySource keys, bool create, Opening how)
    {
        using var connection = Connect();
        var version = _engine.VersionOf(connection);
        if (version > Schema.Version)
        {
            throw StoreFaults.Newer(Path, version);
        }

        if (version == 0 && !create && IsShared)
        {
            throw new HostFault("no-store", ExitCode.Failed,
                $"{Path} holds no FieldNode data: 'fieldnode serve --store' creates one there, 'fieldnode store migrate' moves one there",
                $"{Path} 里没有 FieldNode 数据：'fieldnode serve --store' 新建，'fieldnode store migrate' 迁入");
        }

        if (version == 0)
        {
            Create(connection, keys, how);
        }
        else if (version < Schema.Version)
        {
            Migrate(connection, keys);
        }

        if (!how.IsLeft && StoreState.Is(connection, StoreState.Left))
        {
            throw StoreFaults.Moved(Path);
        }

        if (how.Source is null && StoreState.Is(connection, StoreState.Filling))
        {
            throw new HostFault("store-filling", ExitCode.Usage,
                $"a store is being moved to {Path}: let 'fieldnode store migrate' end, or run it again",
                $"正在向 {Path} 迁移：请等待 'fieldnode store migrate' 完成，或重新运行");
        }

        Vault = how.Vault ?? how.Source?.Vault ?? Vault.Open(connection, keys, Outside.Chance);
        HostId = (uint)Sql.Scalar(connection, "SELECT value FROM meta WHERE name = 'host_id'");
    }

    private void Migrate(DbConnection connection, KeySource keys)
    {
        using (var transaction = _engine.BeginSchema(connection))
        {
            var before = _engine.VersionOf(connection);
            for (var version = before; version < Schema.Version; version++)
            {
                if (SchemaHistory.From(version) is { Length: > 0 } step)
                {
                    Sql.Execute(connection, _engine.Schema.Fill(step));
                }

                _engine.PutVersion(connection, version + 1);
            }

            var isSealed = Sql.Scalar(connection, "SELECT count(*) FROM vault") > 0;
            using var vault = isSealed ? Vault.Open(connection, keys, Outside.Chance) : Vault.Create(connection, keys, Outside.Chance);
            if (!isSealed)
            {
                AuditLog.Begin(connection, vault);
                SealedStore.Seal(connection, vault);
            }

            if (before < BoundSecretsSince)
            {
                SealedStore.Bind(connection, vault);
            }

            _engine.ConfigureStorage(connection);
            Follower.Rebuild(connection, vault, Outside, before);
            transaction.Commit();
        }

        // Data that is now sealed must not remain in free pages.
        _engine.Scrub(connection);
    }

    private void Create(DbConnection connection, KeySource keys, Opening how)
    {
        using var transaction = _engine.BeginSchema(connection);
        if (_engine.VersionOf(connection) == 0)
        {
            Sql.Execute(connection, _engine.Schema.All);
            Sql.Execute(connection, "INSERT INTO meta VALUES ('host_id', @id)",
                new { id = how.Source is null ? Outside.Chance.Positive() : (int)how.Source.HostId });
            if (how.Source is not null)
            {
                using var from = how.Source.Connect();
                StoreState.Copy(from, connection, "vault");
                Sql.Execute(connection, "INSERT INTO meta VALUES (@name, 1)", new { name = StoreState.Filling });
            }
            else if (how.Vault is null)
            {
                using var vault = Vault.Create(connection, keys, Outside.Chance);
                AuditLog.Begin(connection, vault);
            }

            _engine.ConfigureStorage(connection);
            _engine.PutVersion(connection, Schema.Version);
        }

        transaction.Commit();
    }

    /// <summary>How to open a store.</summary>
    private sealed record Opening
    {
        public Outside Outside { get; init; } = Outside.Real;

        /// <summary>The keys of another store; they are not stored in this one.</summary>
        public Vault? Vault { get; init; }

        /// <summary>The store that is being moved to this one.</summary>
        public HostStore? Source { get; init; }

        /// <summary>True if the store may have been moved away.</summary>
        public bool IsLeft { get; init; }
    }

}
