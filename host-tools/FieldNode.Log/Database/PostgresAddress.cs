using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace FieldNode.Log.Database;

/// <summary>
/// <c>postgres://[USER[:PASSWORD]@]HOST[:PORT][,HOST[:PORT]…]/DATABASE[?sslmode=…]</c>, as in libpq (PostgreSQL 15, section 34.1.1.2). If
/// several hosts are given, the one that accepts writes is used. If the password is missing, it comes from PGPASSWORD or the user's
/// .pgpass.
/// </summary>
internal sealed partial class PostgresAddress
{
    private const int Port = 5432;
    private const int ConnectSeconds = 10;
    private const int CommandSeconds = 60;
    private const int KeepAliveSeconds = 10;
    private const int KeepAliveAgainSeconds = 2;
    private const int IdleSeconds = 30;
    private const int PreparedMax = 200;

    private PostgresAddress(NpgsqlConnectionStringBuilder builder)
    {
        ConnectionString = builder.ToString();
        Name = $"postgres://{(builder.Username is null ? "" : builder.Username + "@")}{builder.Host}/{builder.Database}";
    }

    public string ConnectionString { get; }

    /// <summary>The address without the password.</summary>
    public string Name { get; }

    /// <summary>True if a text is a database address rather than a directory.</summary>
    public static bool Is(string where) => where.StartsWith("postgres://", StringComparison.Ordinal)
        || where.StartsWith("postgresql://", StringComparison.Ordinal);

    /// <exception cref="HostFault">The text is not a valid database address.</exception>
    public static PostgresAddress Parse(string text)
    {
        if (Form().Match(text) is not { Success: true } form)
        {
            throw Bad(text);
        }

        string? Part(string name) => form.Groups[name].Success ? Uri.UnescapeDataString(form.Groups[name].Value) : null;
        string[] hosts = [.. form.Groups["host"].Value.Split(',')
            .Select(host => host.Contains(':', StringComparison.Ordinal) ? host
            : string.Create(CultureInfo.InvariantCulture, $"{host}:{Port}"))];
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = string.Join(',', hosts),
            Database = Part("database"),
            Username = Part("user"),
            Password = Part("password"),
            ApplicationName = "fieldnode",
            Timeout = ConnectSeconds,
            CommandTimeout = CommandSeconds,
            // The system's keep-alive, not Npgsql's: Npgsql's closes a connection while it is held. The holder's next command then fails
            // with a program error (InvalidOperationException), not with a lost database.
            TcpKeepAlive = true,
            TcpKeepAliveTime = KeepAliveSeconds,
            TcpKeepAliveInterval = KeepAliveAgainSeconds,
            ConnectionIdleLifetime = IdleSeconds,
            MaxAutoPrepare = PreparedMax,
            AutoPrepareMinUsages = 2,
            IncludeErrorDetail = false, // details may quote values
            // A commit that returned is on disk, and on the standby if that is synchronous, whatever the server's default is.
            Options = "-c synchronous_commit=on -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s",
        };
        if (hosts.Length > 1)
        {
            builder.TargetSessionAttributes = "read-write";
        }

        foreach (var setting in (Part("query") ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (setting.Split('=', 2))
            {
                case ["sslmode", var mode] when Enum.TryParse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true,
                    out var known):
                    builder.SslMode = known;
                    break;
                case ["sslrootcert", var path]:
                    builder.RootCertificate = path;
                    break;
                default:
                    throw Bad(text);
            }
        }

        Protect(builder, hosts, text);
        return new PostgresAddress(builder);
    }

    // A password is sent only over TLS, except to this computer.
    private static void Protect(NpgsqlConnectionStringBuilder builder, string[] hosts, string text)
    {
        if (hosts.All(IsHere))
        {
            return;
        }

        if (!builder.ContainsKey("SSL Mode"))
        {
            builder.SslMode = SslMode.Require;
        }

        var hasPassword = builder.Password is not null || Environment.GetEnvironmentVariable("PGPASSWORD") is not null;
        if (hasPassword && builder.SslMode is SslMode.Disable or SslMode.Allow or SslMode.Prefer)
        {
            var shown = Secret().Replace(text, "//…@");
            throw new HostFault("bad-store", ExitCode.Usage,
                $"'{shown}' would send a password to another computer in the clear: use ?sslmode=require, or better verify-full with "
                    + "sslrootcert=FILE",
                $"'{shown}' 会把密码以明文发往另一台计算机：请用 ?sslmode=require，最好用 verify-full 并给出 sslrootcert=文件");
        }
    }

    private static bool IsHere(string host)
    {
        var name = host[..host.LastIndexOf(':')];
        return name is "localhost" || (System.Net.IPAddress.TryParse(name, out var address) && System.Net.IPAddress.IsLoopback(address));
    }

    private static HostFault Bad(string text)
    {
        var shown = Secret().Replace(text, "//…@");
        return new HostFault("bad-store", ExitCode.Usage,
            $"'{shown}' is not a valid database address: use for example postgres://fieldnode@db.example:5432/fieldnode, "
                + "optionally followed by ?sslmode=verify-full&sslrootcert=FILE",
            $"'{shown}' 不是数据库地址：例如 postgres://fieldnode@db.example:5432/fieldnode，其后可加 ?sslmode=verify-full 与 sslrootcert=文件");
    }

    [GeneratedRegex("^postgres(ql)?://((?<user>[^:@/]+)(:(?<password>[^@/]*))?@)?(?<host>[^@/,:?]+(:[0-9]+)?(,[^@/,:?]+(:[0-9]+)?)*)/(?<database>[^/?]+)(\\?(?<query>.*))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex("//.*@")]
    private static partial Regex Secret();
}
