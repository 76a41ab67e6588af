using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace FieldNode.Tests.Support;

/// <summary>
/// A real PostgreSQL (Debian's package) with its own data directory on a free port of this computer, removed on dispose. PostgreSQL refuses
/// to run as root; the tests then run it as the package's user.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string Superuser = "fieldnode";
    private const string PackageUser = "postgres";
    private const int ConnectionsMax = 500;
    private const int PollMs = 10;

    private readonly string _directory;
    private readonly string[] _settings;
    private Process? _process;

    private PostgresServer(string directory, string[] settings)
    {
        _directory = directory;
        _settings = settings;
        Port = FreePort.Take();
    }

    public int Port { get; }

    /// <summary>Directory of PostgreSQL's programs.</summary>
    private static string Programs => Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal)
        .Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")))
        ?? throw new InvalidOperationException("PostgreSQL is missing: apt-get install postgresql");

    /// <summary>Starts a new, empty server.</summary>
    /// <param name="settings">For example "fsync=off".</param>
    public static PostgresServer Start(params string[] settings)
    {
        var server = new PostgresServer(NewDirectory(), settings);
        Run("initdb", "-D", server._directory, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8");
        server.StartAgain();
        return server;
    }

    /// <summary>Starts a standby that follows this server.</summary>
    public PostgresServer StartStandby(string name)
    {
        var standby = new PostgresServer(NewDirectory(), _settings);
        Run("pg_basebackup", "-h", "127.0.0.1", "-p", $"{Port}", "-U", Superuser, "-D", standby._directory, "-R", "-X", "stream", "-c",
            "fast", "-d", $"application_name={name} user={Superuser} host=127.0.0.1 port={Port}");
        standby.StartAgain();
        return standby;
    }

    /// <summary>Starts the server again after it was stopped or killed.</summary>
    public void StartAgain()
    {
        _process = Process.Start(Command("postgres",
            ["-D", _directory, "-p", $"{Port}", "-k", _directory, "-c", "listen_addresses=127.0.0.1", "-c",
            $"max_connections={ConnectionsMax}", .. _settings.SelectMany(setting => new[] { "-c", setting })]))!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        while (!IsUp())
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"PostgreSQL in {_directory} exited during its start");
            }

            Thread.Sleep(PollMs);
        }
    }

    /// <summary>Stops the server as a crash does: at once, losing whatever was not on disk.</summary>
    public void Kill()
    {
        Run("pg_ctl", "-D", _directory, "stop", "-m", "immediate", "-w");
        _process!.WaitForExit();
    }

    /// <summary>Makes a standby writable.</summary>
    public void Promote()
    {
        Run("pg_ctl", "-D", _directory, "promote", "-w");
    }

    /// <summary>Address of a database, which is created if absent.</summary>
    public string Database(string name)
    {
        if (Ask($"SELECT count(*) FROM pg_database WHERE datname = '{name}'") is 0L)
        {
            Ask($"CREATE DATABASE \"{name}\" TEMPLATE template0");
        }

        return AddressOf(name);
    }

    public string AddressOf(string database) => $"postgres://{Superuser}@127.0.0.1:{Port}/{database}";

    /// <summary>Queries the server itself.</summary>
    public object? Ask(string sql, string database = "postgres")
    {
        using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={Port};Username={Superuser};Database={database};Pooling=false;Timeout=60");
        connection.Open();
#pragma warning disable CA2100 // SQL written by a test
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            Kill();
        }

        _process?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private bool IsUp()
    {
        try
        {
            return Ask("SELECT 1") is not null;
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
        {
            return false;
        }
    }

    private static string NewDirectory()
    {
        var directory = Directory.CreateTempSubdirectory("fieldnode-pg-").FullName;
        if (Environment.UserName == "root")
        {
            using var chown = Process.Start("chown", [PackageUser, directory]);
            chown.WaitForExit();
        }

        return directory;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(Command(program, arguments))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {output.Result}{error.Result}");
        }
    }

    private static ProcessStartInfo Command(string program, string[] arguments)
    {
        var path = Path.Combine(Programs, program);
        string[] all = Environment.UserName == "root" ? ["runuser", "-u", PackageUser, "--", path, .. arguments] : [path, .. arguments];
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/"
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }
}
