using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Net.Http.Headers;
using FieldNode.Answers;
using FieldNode.Core.Ports;
using FieldNode.Host.Http;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Simulator.Uplink;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Demo;

/// <summary>The demo's host: the real server in its own process, reached over HTTP on loopback and killed with SIGKILL.</summary>
internal sealed class HostProcess : IWorldHost, IDisposable
{
    private readonly string _data;
    private readonly string _clockPath;
    private readonly MemoryMappedFile _clockFile;
    private readonly MemoryMappedViewAccessor _clock;
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly NodeRegistry _registry;
    private Process? _process;
    private Uri? _address;

    public HostProcess(string data)
    {
        _data = data;
        _clockPath = Path.Combine(data, "demo-clock");
        Store = AnsweringStore.Open(data);
        File.WriteAllBytes(_clockPath, new byte[8]);
        _clockFile = MemoryMappedFile.CreateFromFile(_clockPath, FileMode.Open, null, 8);
        _clock = _clockFile.CreateViewAccessor(0, 8);
        _registry = new NodeRegistry(Store, TimeProvider.System);
        Restart();
    }

    public HostStore Store { get; }

    /// <summary>Uploads that the host acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>The largest resident memory of any host process so far, in bytes.</summary>
    public long PeakMemory { get; private set; }

    public Enrolment Enrol(string name, string site, string lane, byte[] key, ulong nodeId)
    {
        _registry.Add(new EnrolledNode(nodeId, name, site, lane, key));
        return new Enrolment(Store.HostId);
    }

    public void SetClock(DateTimeOffset now)
    {
        _clock.Write(0, now.ToUnixTimeMilliseconds());
    }

    public HostAnswer Post(byte kind, byte[] body)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(kind, UplinkKind.Batch);
        if (_process is null)
        {
            return HostAnswer.Unreachable;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address!, BatchEndpoint.Path));
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(BatchEndpoint.ContentType);
            using var response = _client.Send(request);
            using var stream = response.Content.ReadAsStream();
            using var answer = new MemoryStream();
            stream.CopyTo(answer);
            Acknowledged += response.IsSuccessStatusCode ? 1 : 0;
            return new HostAnswer((int)response.StatusCode, answer.ToArray());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return HostAnswer.Unreachable;
        }
    }

    public void SetRoster(string site, IReadOnlyList<Resident> residents)
    {
        // Demo nodes carry no roster.
    }

    public void Kill()
    {
        if (_process is null)
        {
            return;
        }

        NoteMemory();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Restart()
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("this program's path is unknown");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(HostProcess).Assembly.Location);
        }

        foreach (var argument in new[] { "demo-host", "--data", _data, "--clock", _clockPath })
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("the host did not start");
        var line = _process.StandardOutput.ReadLine();
        _address = line is null ? throw new HostFault("host-did-not-start", ExitCode.Failed, "the demo's host did not start", "演示主机未能启动")
            : new Uri(line);
    }

    public void Dispose()
    {
        Kill();
        _client.Dispose();
        _clock.Dispose();
        _clockFile.Dispose();
        File.Delete(_clockPath);
    }

    private void NoteMemory()
    {
        _process!.Refresh();
        PeakMemory = Math.Max(PeakMemory, _process.PeakWorkingSet64);
    }
}
