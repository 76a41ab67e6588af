using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace FieldNode.Log.Database;

/// <summary>One file on this computer, in WAL mode with synchronous=FULL, so that a commit that returned is on disk. There is one writer at
/// a time.</summary>
internal sealed class SqliteEngine : StoreEngine
{
    private const int BusyTimeoutSeconds = 5;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CantOpen = 14;
    private const int NotADatabase = 26;
    private const int StoppedByTrigger = 1811;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    private readonly IFiles _files;
    private readonly string _connectionString;

    /// <summary>Creates the directory and the file if missing, accessible only to their owner: they hold nodes' keys and people's codes.
    /// Files that SQLite creates beside it get the same permissions.</summary>
    /// <exception cref="HostFault">The directory or the file cannot be written.</exception>
    public SqliteEngine(string path, IFiles files)
    {
        var directory = Path.GetDirectoryName(path)!;
        (Name, _files) = (path, files);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusyTimeoutSeconds, Vfs = files.Vfs }
            .ToString();
        MakePrivate(directory, files);
        Try(directory, () => files.Make(path));
    }

    public override string Name { get; }

    public override Schema Schema { get; } = Schema.Load("sqlite.sql");

    public override DbConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Sql.Execute(connection, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = "
            + "-32768; PRAGMA wal_autocheckpoint = 8192;");
        return connection;
    }

    public override int VersionOf(DbConnection connection) => (int)Sql.Scalar(connection, "PRAGMA user_version");

    public override void PutVersion(DbConnection connection, int version) => Sql.Execute(connection, $"PRAGMA user_version = {version}");

    public override DbTransaction BeginSchema(DbConnection connection)
    {
        if (VersionOf(connection) == 0)
        {
            Sql.Execute(connection, "PRAGMA journal_mode = WAL");
        }

        return Sql.BeginWrite(connection);
    }

    public override void Scrub(DbConnection connection) => Sql.Execute(connection, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");

    public override long ChangesOf(DbConnection connection) => ChangesByOthers(connection);

    /// <summary>A number that changes with each commit of another connection
    /// (https://sqlite.org/pragma.html#pragma_data_version).</summary>
    public static long ChangesByOthers(DbConnection connection) => Sql.Scalar(connection, "PRAGMA data_version");

    // SQLite has no notifications: poll.
    public override Task Change(IScheduler work, CancellationToken cancel) => work.Pause(s_look, cancel);

    public override string QuickCheck(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        return (string)command.ExecuteScalar()!;
    }

    public override long Bytes() => _files.Length(Name);

    public override long FreeBytes()
    {
        try
        {
            return _files.FreeBytes(Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }

    public override HostFault FaultOf(DbException refusal)
    {
        if ((refusal as SqliteException)?.SqliteExtendedErrorCode == StoppedByTrigger)
        {
            return StoreFaults.Moved(Name);
        }

        switch ((refusal as SqliteException)?.SqliteErrorCode)
        {
            case Busy or Locked:
                return new HostFault("store-busy", ExitCode.StoreBusy,
                    $"{Name} is locked by another process for over {BusyTimeoutSeconds} s: wait or stop that process, then try again",
                    $"{Name} 被另一进程锁定超过 {BusyTimeoutSeconds} 秒：请等待或停止该进程后重试");
            case IoError or Full:
                return new HostFault("disk-failed", ExitCode.Failed,
                    $"{Name}: the disk is full or failed ({refusal.Message}): make room and try again; acknowledged data is kept, "
                        + "nothing of this operation was written",
                    $"{Name}：磁盘已满或出错（{refusal.Message}）：请腾出空间后重试；已确认的内容保留，本次未写入");
            case ReadOnly or CantOpen:
                return NotWritable(Name, refusal.Message);
            case NotADatabase or Corrupt:
                return new HostFault("store-damaged", ExitCode.Refused,
                    $"{Name} is not a readable FieldNode store ({refusal.Message}): restore a backup, or merge the nodes' logs into a new "
                        + "--data directory",
                    $"{Name} 不是可读的 FieldNode 存储（{refusal.Message}）：请恢复备份，或把各节点日志合并到新的 --data 目录");
            default:
                return new HostFault("store-failed", ExitCode.Failed, $"{Name}: {refusal.Message}", $"{Name}：{refusal.Message}");
        }
    }

    /// <summary>Creates a data directory that only its owner can access.</summary>
    /// <exception cref="HostFault">The directory cannot be used.</exception>
    public static void MakePrivate(string directory, IFiles files)
    {
        Try(directory, () => files.MakeDirectory(directory));
    }

    private static void Try(string directory, Action make)
    {
        try
        {
            make();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(directory, e.Message);
        }
    }

    private static HostFault NotWritable(string path, string why)
    {
        return new HostFault("data-not-writable", ExitCode.Failed,
            $"{path} cannot be written ({why}): give a --data directory that this user may write to",
            $"{path} 无法写入（{why}）：请用当前用户可写的 --data 目录");
    }
}
