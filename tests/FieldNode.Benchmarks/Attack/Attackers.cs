using FieldNode.Host.Http;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace FieldNode.Benchmarks.Attack;

/// <summary>The attackers' attempts and their results.</summary>
/// <param name="PostsPerSecond">Posts with a wrong tag, per second.</param>
/// <param name="Refused">Refusals, without those of replays.</param>
/// <param name="CutOff">Connections closed by the host.</param>
/// <param name="Accepted">Acknowledged posts with a wrong tag.</param>
/// <param name="FarTried">Batches under a node's own key, each in another epoch and a million records ahead.</param>
/// <param name="FarTaken">How many of these were acknowledged.</param>
internal sealed record AttackReport(int PostsPerSecond, int SlowSockets, int Replays, int Refused, int CutOff, int Accepted, int FarTried,
    int FarTaken);

/// <summary>
/// Attackers from their own addresses, in their own process, so that they do not slow down the measuring one; they run until standard input
/// ends.
/// </summary>
internal sealed class Attackers(int port, byte[] captured, IReadOnlyList<byte[]> far) : IDisposable
{
    private const int Posters = 64;
    private const int ReplaysPerSecond = 50;

    // Within one node's rate limit.
    private static readonly TimeSpan s_betweenFar = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _end = new();
    private int _posts;
    private int _replays;
    private int _refused;
    private int _cutOff;
    private int _accepted;
    private int _farTried;
    private int _farTaken;

    public async Task<int> Run()
    {
        var clock = Stopwatch.StartNew();
        var forged = captured.ToArray();
        forged[^1] ^= 1;
        List<Task> all =
        [
            .. Enumerable.Range(0, AttackBenchmark.SlowSockets).Select(_ => Drip()),
            .. Enumerable.Range(0, Posters)
                .Select(_ => Post(Request(forged), AttackBenchmark.PostsPerSecond / (double)Posters, "127.0.0.2", isReplay: false)),
            Post(Request(captured), ReplaysPerSecond, "127.0.0.4", isReplay: true),
            PostFar(),
        ];
        Console.Out.WriteLine("begun");
        await Console.In.ReadToEndAsync();
        var seconds = clock.Elapsed.TotalSeconds;
        await _end.CancelAsync();
        await Task.WhenAll(all);
        Console.Out.WriteLine(JsonSerializer.Serialize(new AttackReport((int)(_posts / seconds), AttackBenchmark.SlowSockets, _replays,
            _refused, _cutOff, _accepted, _farTried, _farTaken)));
        return 0;
    }

    public void Dispose()
    {
        _end.Dispose();
    }

    private static byte[] Request(byte[] body)
    {
        return [.. Encoding.ASCII.GetBytes($"POST {BatchEndpoint.Path} HTTP/1.1\r\nHost: h\r\nContent-Type: "
            + $"{BatchEndpoint.ContentType}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }

    // A socket that sends one byte of a header per second; when it is cut off, the next one connects.
    private async Task Drip()
    {
        while (!_end.IsCancellationRequested)
        {
            await Connected("127.0.0.3", async stream =>
            {
                foreach (var letter in Request(captured))
                {
                    await stream.WriteAsync(new[] { letter }, _end.Token);
                    await Task.Delay(TimeSpan.FromSeconds(1), _end.Token);
                }
            });
        }
    }

    private async Task Post(byte[] request, double perSecond, string from, bool isReplay)
    {
        using var timer = new PeriodicTimer(s_tick);
        var due = 0.0;
        while (!_end.IsCancellationRequested)
        {
            await Connected(from, async stream =>
            {
                var reading = Read(stream, isReplay);
                while (!reading.IsCompleted && await timer.WaitForNextTickAsync(_end.Token))
                {
                    for (due += perSecond * s_tick.TotalSeconds; due >= 1; due--)
                    {
                        await stream.WriteAsync(request, _end.Token);
                        Interlocked.Increment(ref isReplay ? ref _replays : ref _posts);
                    }
                }
            });
        }
    }

    private async Task PostFar()
    {
        using var timer = new PeriodicTimer(s_betweenFar);
        foreach (var batch in far)
        {
            await Connected("127.0.0.5", async stream =>
            {
                await stream.WriteAsync(Request(batch), _end.Token);
                Interlocked.Increment(ref _farTried);
                var answer = new byte[64];
                var count = await stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false, _end.Token);
                Interlocked.Add(ref _farTaken, Encoding.ASCII.GetString(answer, 0, count)
                    .StartsWith("HTTP/1.1 200", StringComparison.Ordinal) ? 1 : 0);
                await timer.WaitForNextTickAsync(_end.Token);
            });
            if (_end.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task Read(NetworkStream stream, bool isReplay)
    {
        try
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                if (!isReplay && line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref line.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) ? ref _accepted : ref _refused);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The connection was closed.
        }
    }

    private async Task Connected(string from, Func<NetworkStream, Task> work)
    {
        try
        {
            using var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
            await client.ConnectAsync(IPAddress.Loopback, port, _end.Token);
            await work(client.GetStream());
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            Interlocked.Add(ref _cutOff, _end.IsCancellationRequested ? 0 : 1);
        }

        if (!_end.IsCancellationRequested)
        {
            await Task.Delay(s_tick, CancellationToken.None);
        }
    }
}
