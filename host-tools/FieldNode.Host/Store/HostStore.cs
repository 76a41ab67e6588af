using System.Security.Cryptography;
using FieldNode.Host.Operations;
using FieldNode.Host.Projection;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Store;

/// <summary>
/// The host's data directory: one SQLite database in WAL mode with synchronous=FULL, so that a commit that returned is on the disk.
/// Connections are cheap; writing goes through one at a time.
/// </summary>
public sealed class HostStore
{
    public const string FileName = "fieldnode.db";

    private const int BusyTimeoutSeconds = 5;
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteReadOnly = 8;
    private const int SqliteIoError = 10;
    private const int SqliteFull = 13;
    private const int SqliteCantOpen = 14;
    private const int SqliteNotADatabase = 26;
    private const int SqliteCorrupt = 11;

    private readonly string _connectionString;

    private HostStore(string path, string connectionString)
    {
        Path = path;
        _connectionString = connectionString;
    }

    public string Path { get; }

    /// <summary>The store's own keys.</summary>
    public Vault Vault { get; private set; } = null!;

    /// <summary>Epochs as far as this process has merged them.</summary>
    internal FoldCache Folds { get; } = new();

    /// <summary>This host's number, drawn when its data directory was made; on every card and in every batch.</summary>
    public uint HostId { get; private set; }

    /// <summary>Opens the store of a data directory, or makes one.</summary>
    /// <exception cref="HostFault">The directory cannot be used, the store is busy, of a later version, or no store.</exception>
    public static HostStore Open(string directory, bool create = true)
    {
        return Open(directory, create, vault: null);
    }

    /// <summary>Makes a store that is sealed with another one's keys, to be compared with it and thrown away.</summary>
    internal static HostStore OpenBeside(string directory, HostStore other)
    {
        return Open(directory, create: true, other.Vault);
    }

    private static HostStore Open(string directory, bool create, Vault? vault)
    {
        var path = System.IO.Path.Combine(directory, FileName);
        if (!create && !File.Exists(path))
        {
            throw new HostFault("no-store", ExitCode.Failed,
                $"{directory} holds no FieldNode data ({FileName} is missing): name the directory that 'fieldnode serve --data' uses",
                $"{directory} 里没有 FieldNode 数据（缺 {FileName}）：请给出 'fieldnode serve --data' 所用的目录");
        }

        try
        {
            MakePrivate(directory, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(directory, e.Message);
        }

        var builder = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusyTimeoutSeconds };
        var store = new HostStore(path, builder.ToString());
        store.Guard(() => store.Prepare(KeySource.Of(directory), vault));
        return store;
    }

    /// <summary>What SQLite says of the file: "ok" when it is whole.</summary>
    public string QuickCheck()
    {
        return Guard(() =>
        {
            using var connection = Connect();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            return (string)command.ExecuteScalar()!;
        });
    }

    /// <summary>A connection with the pragmas set.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Sql.Execute(connection, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8192;");
        return connection;
    }

    /// <summary>Runs work on the store and turns SQLite's refusals into faults with a message.</summary>
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
        catch (SqliteException e)
        {
            throw Fault(e);
        }
    }

    private void Prepare(KeySource keys, Vault? vault)
    {
        using var connection = Connect();
        var version = Sql.Scalar(connection, "PRAGMA user_version");
        if (version > Schema.Version)
        {
            throw new HostFault("store-newer", ExitCode.Failed,
                $"{Path} was written by a newer FieldNode (store version {version}, this one knows up to {Schema.Version}): use that FieldNode",
                $"{Path} 由更新版本的 FieldNode 写成（存储版本 {version}，本程序最高支持 {Schema.Version}）：请使用新版本");
        }

        if (version == 0)
        {
            Create(connection, vault is null ? keys : null);
        }
        else if (version < Schema.Version)
        {
            Migrate(connection, keys);
        }

        Vault = vault ?? Vault.Open(connection, keys);
        HostId = (uint)Sql.Scalar(connection, "SELECT value FROM meta WHERE name = 'host_id'");
    }

    private static void Migrate(SqliteConnection connection, KeySource keys)
    {
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            for (var version = Sql.Scalar(connection, "PRAGMA user_version"); version < Schema.Version; version++)
            {
                Sql.Execute(connection, SchemaHistory.From((int)version));
            }

            if (Sql.Scalar(connection, "SELECT count(*) FROM vault") == 0)
            {
                using var vault = Vault.Create(connection, keys);
                AuditLog.Begin(connection, vault);
                SealedStore.Seal(connection, vault);
                Projector.ProjectAll(connection, vault);
            }

            transaction.Commit();
        }

        // What was sealed must not be left in pages that are free now.
        Sql.Execute(connection, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
    }

    private static void Create(SqliteConnection connection, KeySource? keys)
    {
        Sql.Execute(connection, "PRAGMA journal_mode = WAL;");
        using var transaction = connection.BeginTransaction(deferred: false);
        if (Sql.Scalar(connection, "PRAGMA user_version") == 0)
        {
            Sql.Execute(connection, Schema.Create);
            Sql.Execute(connection, $"INSERT INTO meta VALUES ('host_id', {RandomNumberGenerator.GetInt32(1, int.MaxValue)}); PRAGMA user_version = {Schema.Version};");
            if (keys is not null)
            {
                using var vault = Vault.Create(connection, keys);
                AuditLog.Begin(connection, vault);
            }
        }

        transaction.Commit();
    }

    private HostFault Fault(SqliteException e)
    {
        switch (e.SqliteErrorCode)
        {
            case SqliteBusy or SqliteLocked:
                return new HostFault("store-busy", ExitCode.StoreBusy,
                    $"{Path} is locked by another process for over {BusyTimeoutSeconds} s: wait or stop that process, then try again",
                    $"{Path} 被另一进程锁定超过 {BusyTimeoutSeconds} 秒：请等待或停止该进程后重试");
            case SqliteIoError or SqliteFull:
                return new HostFault("disk-failed", ExitCode.Failed,
                    $"{Path}: the disk is full or failed ({e.Message}): make room and try again; what was acknowledged is kept, nothing of this is",
                    $"{Path}：磁盘已满或出错（{e.Message}）：请腾出空间后重试；已确认的内容保留，本次未写入");
            case SqliteReadOnly or SqliteCantOpen:
                return NotWritable(Path, e.Message);
            case SqliteNotADatabase or SqliteCorrupt:
                return new HostFault("store-damaged", ExitCode.Refused,
                    $"{Path} is not a readable FieldNode store ({e.Message}): restore a backup, or merge the nodes' logs into a new --data directory",
                    $"{Path} 不是可读的 FieldNode 存储（{e.Message}）：请恢复备份，或把各节点日志合并到新的 --data 目录");
            default:
                return new HostFault("store-failed", ExitCode.Failed, $"{Path}: {e.Message}", $"{Path}：{e.Message}");
        }
    }

    // It holds nodes' keys and people's codes: what SQLite puts beside the database takes the database's rights.
    private static void MakePrivate(string directory, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
            return;
        }

        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!File.Exists(path))
        {
            OwnersFile(path).Dispose();
        }
    }

    /// <summary>Makes an empty file that only its owner may read and write.</summary>
    internal static FileStream OwnersFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static HostFault NotWritable(string path, string why)
    {
        return new HostFault("data-not-writable", ExitCode.Failed,
            $"{path} cannot be written ({why}): give a --data directory that this user may write to",
            $"{path} 无法写入（{why}）：请用当前用户可写的 --data 目录");
    }
}
