using FieldNode.Log;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FieldNode.Cli.Simulate.City;

/// <summary>A real <c>fieldnode serve</c> in its own process, which can be killed and restarted, and whose memory is measured.</summary>
internal sealed class CityHost : IDisposable
{
    private const int BytesPerMb = 1_000_000;

    private static readonly TimeSpan s_startMax = TimeSpan.FromSeconds(60);

    private readonly string[] _arguments;
    private Process? _process;

    /// <param name="database">Address of the database that hosts share; null for a file in the data directory.</param>
    public CityHost(string data, string? database, int connections)
    {
        Url = new Uri($"http://127.0.0.1:{FreePort()}");
        _arguments = ["serve", "--data", data, "--urls", Url.ToString(), "--plain-http", "--log", "off", .. database is null ? (string[])[]
            : ["--store", database]];
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseCookies = false })
        {
            BaseAddress = Url,
            Timeout = s_startMax
        };
    }

    public Uri Url { get; }

    public HttpClient Client { get; }

    /// <summary>Peak memory of its processes, in MB.</summary>
    public double MostMb { get; private set; }

    public async Task Start(CancellationToken cancel)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "fieldnode.exe" : "fieldnode");
        _process = Process.Start(new ProcessStartInfo(program, _arguments) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} does not start");
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(20, cancel))
        {
            try
            {
                await Client.GetStringAsync(new Uri("/-/ready", UriKind.Relative), cancel);
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited && clock.Elapsed < s_startMax)
            {
                // not yet
            }
            catch (HttpRequestException e)
            {
                throw new HostFault("host-failed", ExitCode.Failed, $"a host of the city did not start at {Url}: {e.Message}",
                    $"城市的一台主机未能在 {Url} 启动：{e.Message}");
            }
        }
    }

    /// <summary>Measures the memory in use, in MB; 0 if the host is not running.</summary>
    public double Look()
    {
        if (_process is null || _process.HasExited)
        {
            return 0;
        }

        _process.Refresh();
        var now = (double)_process.WorkingSet64 / BytesPerMb;
        MostMb = Math.Max(MostMb, Math.Max(now, (double)_process.PeakWorkingSet64 / BytesPerMb));
        return now;
    }

    /// <summary>Kills the process, without a shutdown.</summary>
    public void Kill()
    {
        Look();
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        Kill();
        Client.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
