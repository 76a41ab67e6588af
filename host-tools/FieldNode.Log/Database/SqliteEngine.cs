using FieldNode.Log.Store;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace FieldNode.Log.Database;

/// <summary>One file on this computer, in WAL mode with synchronous=FULL, so that a commit that returned is on the disk. Writing goes
/// through one at a time.</summary>
internal sealed class SqliteEngine(string path) : StoreEngine
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

    private readonly string _connectionString =
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusyTimeoutSeconds }.ToString();

    public override string Name => path;

    public override Schema Schema { get; } = Schema.Of("sqlite.sql");

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

    /// <summary>Another number after each commit of any other connection (https://sqlite.org/pragma.html#pragma_data_version).</summary>
    public static long ChangesByOthers(DbConnection connection) => Sql.Scalar(connection, "PRAGMA data_version");

    // SQLite tells nobody: whoever wants to know looks.
    public override Task Change(IWork work, CancellationToken cancel) => work.Pause(s_look, cancel);

    public override string QuickCheck(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        return (string)command.ExecuteScalar()!;
    }

    public override long Bytes() => new FileInfo(path).Length;

    public override long FreeBytes()
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;
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
            return StoreFaults.Moved(path);
        }

        switch ((refusal as SqliteException)?.SqliteErrorCode)
        {
            case Busy or Locked:
                return new HostFault("store-busy", ExitCode.StoreBusy,
                    $"{path} is locked by another process for over {BusyTimeoutSeconds} s: wait or stop that process, then try again",
                    $"{path} 被另一进程锁定超过 {BusyTimeoutSeconds} 秒：请等待或停止该进程后重试");
            case IoError or Full:
                return new HostFault("disk-failed", ExitCode.Failed,
                    $"{path}: the disk is full or failed ({refusal.Message}): make room and try again; what was acknowledged is kept, "
                        + "nothing of this is",
                    $"{path}：磁盘已满或出错（{refusal.Message}）：请腾出空间后重试；已确认的内容保留，本次未写入");
            case ReadOnly or CantOpen:
                return NotWritable(path, refusal.Message);
            case NotADatabase or Corrupt:
                return new HostFault("store-damaged", ExitCode.Refused,
                    $"{path} is not a readable FieldNode store ({refusal.Message}): restore a backup, or merge the nodes' logs into a new "
                        + "--data directory",
                    $"{path} 不是可读的 FieldNode 存储（{refusal.Message}）：请恢复备份，或把各节点日志合并到新的 --data 目录");
            default:
                return new HostFault("store-failed", ExitCode.Failed, $"{path}: {refusal.Message}", $"{path}：{refusal.Message}");
        }
    }

    /// <summary>Makes a data directory that only its owner may look into.</summary>
    /// <exception cref="HostFault">It cannot be used.</exception>
    public static void MakePrivate(string directory)
    {
        Try(directory, () => OwnersOnly.MakeDirectory(directory));
    }

    /// <summary>It holds nodes' keys and people's codes: what SQLite puts beside the database takes the database's rights.</summary>
    /// <exception cref="HostFault">It cannot be written.</exception>
    public static void MakePrivateFile(string path)
    {
        if (!File.Exists(path))
        {
            Try(Path.GetDirectoryName(path)!, () => OwnersOnly.OpenFile(path).Dispose());
        }
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
