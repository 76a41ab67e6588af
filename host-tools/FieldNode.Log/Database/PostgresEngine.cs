using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace FieldNode.Log.Database;

/// <summary>
/// A PostgreSQL database, or one that speaks its protocol, that several hosts may share. Each writer locks one row first, so that write
/// transactions run one after another, as in SQLite. The number in that row shows every host that something has changed.
/// </summary>
internal sealed class PostgresEngine(PostgresAddress address) : StoreEngine
{
    /// <summary>Held while the tables are created: two hosts may start at the same time.</summary>
    private const long SchemaLock = 0x4669_656C_644E_6F64;

    /// <summary>The LISTEN/NOTIFY channel for changes.</summary>
    public const string Channel = "fieldnode";
    private const int ListenSeconds = 2;
    private const int BatchRowMax = 8160; // PostgreSQL's maximum for an 8 KB page

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    private NpgsqlConnection? _listener;

    public override string Name => address.Name;

    public override Schema Schema { get; } = Schema.Load("postgres.sql");

    public override DbConnection Connect()
    {
        var connection = new NpgsqlConnection(address.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override int VersionOf(DbConnection connection)
    {
        return Sql.Scalar(connection, "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND "
            + "table_name = 'meta'") == 0 ? 0
            : (int)Sql.Scalar(connection, "SELECT value FROM meta WHERE name = 'schema'");
    }

    public override void PutVersion(DbConnection connection, int version)
    {
        Sql.Execute(connection, "INSERT INTO meta (name, value) VALUES ('schema', @version) ON CONFLICT (name) DO UPDATE SET value = "
            + "excluded.value", new { version });
        Sql.Execute(connection, "INSERT INTO meta (name, value) VALUES ('changes', 1) ON CONFLICT (name) DO UPDATE SET value = meta.value "
            + "+ 1");
    }

    // A batch is mostly sealed: compressing it costs the server more than anything else, and saves only a fifth. It stays in its row. This
    // applies to PostgreSQL only: compatible databases store large values in their own ways.
    public override void ConfigureStorage(DbConnection connection)
    {
        if (Sql.Scalar(connection, "SELECT count(*) FROM (SELECT version() AS name) AS server WHERE name LIKE 'PostgreSQL %' AND name NOT "
            + "LIKE '%-YB-%' AND current_setting('block_size') = '8192'") > 0)
        {
            Sql.Execute(connection, $"ALTER TABLE batches ALTER COLUMN bytes SET STORAGE EXTERNAL, SET (toast_tuple_target = "
                + $"{BatchRowMax})");
        }
    }

    public override DbTransaction BeginSchema(DbConnection connection)
    {
        var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        Sql.Scalar(connection, "SELECT count(pg_advisory_xact_lock(@lock)) FROM (SELECT 1) AS one", new { @lock = SchemaLock });
        return transaction;
    }

    // Left to the database's operators (docs/scale.md).
    public override void Scrub(DbConnection connection)
    {
    }

    public override long ChangesOf(DbConnection connection) => Sql.Scalar(connection, "SELECT value FROM meta WHERE name = 'changes'");

    public override async Task Change(IScheduler work, CancellationToken cancel)
    {
        try
        {
            if (_listener is null)
            {
                _listener = (NpgsqlConnection)Connect();
                await using var listen = new NpgsqlCommand($"LISTEN {Channel}", _listener);
                await listen.ExecuteNonQueryAsync(cancel);
                return; // something may have changed before LISTEN
            }

            await _listener.WaitAsync(TimeSpan.FromSeconds(ListenSeconds), cancel);
        }
        catch (Exception e) when (e is DbException or IOException or SocketException or TimeoutException or InvalidOperationException)
        {
            _listener?.Dispose();
            _listener = null; // the database is unreachable for now
            await work.Pause(s_look, cancel);
        }
    }

    // Checking the files is left to the database's operators (amcheck, data checksums).
    public override string QuickCheck(DbConnection connection) => Sql.Scalar(connection, "SELECT count(*) FROM meta") > 0 ? "ok" : "empty";

    public override long Bytes()
    {
        using var connection = Connect();
        return Sql.Scalar(connection, "SELECT pg_database_size(current_database())");
    }

    public override long FreeBytes() => long.MaxValue;

    public override HostFault FaultOf(DbException refusal)
    {
        return (refusal as PostgresException)?.SqlState switch
        {
            PostgresErrorCodes.DiskFull or PostgresErrorCodes.IoError => new HostFault("disk-failed", ExitCode.Failed,
                $"{Name}: the database's disk is full or failed ({refusal.Message}): make room and try again; acknowledged data is "
                    + "kept, nothing of this operation was written",
                $"{Name}：数据库磁盘已满或出错（{refusal.Message}）：请腾出空间后重试；已确认的内容保留，本次未写入"),
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
                or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege =>
                new HostFault("store-refused", ExitCode.Refused,
                $"{Name} refused access: {refusal.Message}; check user, password (PGPASSWORD or .pgpass) and database",
                $"{Name} 拒绝访问：{refusal.Message}；请检查用户、口令（PGPASSWORD 或 .pgpass）与数据库"),
            PostgresErrorCodes.ReadOnlySqlTransaction => new HostFault("store-unreachable", ExitCode.StoreBusy,
                $"{Name} is read-only (a standby): try again when the primary has taken over",
                $"{Name} 目前只读（备库）：主库接管后重试"),
            null or ['5', '7', ..] or ['0', '8', ..] or ['5', '3', ..] => new HostFault("store-unreachable", ExitCode.StoreBusy,
                $"{Name} cannot be reached ({refusal.Message}): is it running? Acknowledged data is kept; try again",
                $"无法连接 {Name}（{refusal.Message}）：数据库是否在运行？已确认的内容保留，请重试"),
            "40001" or "40P01" or "55P03" => new HostFault("store-busy", ExitCode.StoreBusy, $"{Name} is busy ({refusal.Message}): try "
                + $"again", $"{Name} 忙（{refusal.Message}）：请重试"),
            _ => new HostFault("store-failed", ExitCode.Failed, $"{Name}: {refusal.Message}", $"{Name}：{refusal.Message}"),
        };
    }
}
