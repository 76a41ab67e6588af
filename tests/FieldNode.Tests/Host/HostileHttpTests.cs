using System.Net.Sockets;
using System.Text;
using FieldNode.Host.Http;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FieldNode.Tests.Host;

/// <summary>
/// Random and mutated bodies through the real server, pipelined over a few connections: a million with --nightly, a sample of 80,000 in
/// each other run. Each gets an answer, none is a 5xx, only honest batches are stored, memory does not grow, and an honest batch afterwards
/// is still acknowledged.
/// </summary>
public sealed class HostileHttpTests
{
    private static readonly int s_requests = Sweep.Count(1_000_000, 40_000);
    private const int Connections = 4;
    private const int Pipelined = 100;

    [Fact]
    public async Task A_million_hostile_bodies_get_an_answer_and_change_nothing()
    {
        var seed = Seed.Take(nameof(A_million_hostile_bodies_get_an_answer_and_change_nothing));
        await using var host = await TestHost.Start(settings: new HostSettings
        {
            Requests = new RequestLimit(refusals: int.MaxValue,
            nodeBurst: int.MaxValue)
        });
        var frames = Logs.Morning(7, "L1", "ZZ00000001", "11010519491231002X").ToArray();
        var honest = host.Batch(7, 1, frames);
        var counts = new int[600];
        await Task.WhenAll(Enumerable.Range(0, Connections)
            .Select(connection => Task.Run(() => Attack(host, honest, new Random(seed + connection), counts))));
        var memory = GC.GetTotalMemory(forceFullCollection: true);

        Assert.Equal(s_requests, counts.Sum());
        Assert.Equal(0, counts[500..].Sum());
        Assert.True(memory < 100_000_000, $"{memory} bytes are in use after the attack");
        var epochs = new LogStatus(host.Store).Epochs();
        Assert.True(epochs.Count <= 1 && epochs.All(epoch => epoch.Records == frames.Length && epoch.Conflicts == 0),
            "a hostile body was stored");
        Assert.Equal((uint)frames.Length, (await host.Accept(honest)).AcknowledgedUpTo);
    }

    [Fact]
    public async Task Bodies_that_break_off_fill_no_log()
    {
        const int tries = 400;
        var log = new StringBuilder();
        await using (var host = await TestHost.Start(settings: new HostSettings
        {
            Requests = new RequestLimit(refusals: int.MaxValue,
            nodeBurst: int.MaxValue),
            Logging = builder => builder.SetMinimumLevel(LogLevel.Warning).AddProvider(new LogLines(log))
        }))
        {
            foreach (var head in new[] { $"POST {BatchEndpoint.Path} HTTP/1.1\r\nHost: h\r\nContent-Type: "
                + $"{BatchEndpoint.ContentType}\r\nContent-Length: 500\r\n\r\nhalf",
                "POST /api/sign-in HTTP/1.1\r\nHost: h\r\nSec-Fetch-Site: same-origin\r\nContent-Type: "
                + "application/json\r\nContent-Length: 500\r\n\r\n{",
                "POST /api/sign-in HTTP/1.1\r\nHost: h\r\nSec-Fetch-Site: same-origin\r\nContent-Type: "
                + "application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n" })
            {
                for (var i = 0; i < tries; i++)
                {
                    using var client = new TcpClient(host.Address.Host, host.Address.Port)
                    {
                        NoDelay = true,
                        LingerState = new LingerOption(i % 2 == 0, 0)
                    };
                    await Send(client, head, andReads: i % 2 != 0);
                }
            }
        }

        // The minute may change during the test.
        var lines = log.ToString().Split('\n').Count(line => line.Trim().Length > 0);
        Assert.InRange(lines, 1, 2 * (RefusalLog.LinesPerMinute + 1));
        Assert.True(log.Length < 500 * lines, $"{log.Length} characters in {lines} lines: stack traces");
    }

    private static async Task Send(TcpClient client, string head, bool andReads)
    {
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
            if (!andReads)
            {
                return; // cut off
            }

            client.Client.Shutdown(SocketShutdown.Send);
            while (await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The host has closed the connection.
        }
    }

    private static void Attack(TestHost host, byte[] honest, Random random, int[] counts)
    {
        using var client = new TcpClient(host.Address.Host, host.Address.Port) { NoDelay = true };
        using var stream = client.GetStream();
        using var answers = new BufferedStream(stream, 64 * 1024);
        var burst = new MemoryStream();
        for (var sent = 0; sent < s_requests / Connections; sent += Pipelined)
        {
            burst.SetLength(0);
            for (var i = 0; i < Pipelined; i++)
            {
                var body = Mutations.Next(random, honest);
                burst.Write(Encoding.ASCII.GetBytes($"POST {BatchEndpoint.Path} HTTP/1.1\r\nHost: h\r\nContent-Type: "
                    + $"{BatchEndpoint.ContentType}\r\nContent-Length: {body.Length}\r\n\r\n"));
                burst.Write(body);
            }

            stream.Write(burst.GetBuffer(), 0, (int)burst.Length);
            for (var i = 0; i < Pipelined; i++)
            {
                Interlocked.Increment(ref counts[ReadAnswer(answers)]);
            }
        }
    }

    // Reads the status line, headers, and a body by Content-Length or in chunks.
    private static int ReadAnswer(Stream stream)
    {
        var status = int.Parse(ReadLine(stream).AsSpan(9, 3));
        var length = 0;
        var chunked = false;
        for (var line = ReadLine(stream); line.Length > 0; line = ReadLine(stream))
        {
            length = line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) ? int.Parse(line.AsSpan(15)) : length;
            chunked |= line.StartsWith("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
        }

        while (chunked)
        {
            length = Convert.ToInt32(ReadLine(stream), 16);
            Skip(stream, length);
            ReadLine(stream);
            chunked = length > 0;
            length = 0;
        }

        Skip(stream, length);
        return status;
    }

    private static void Skip(Stream stream, int count)
    {
        Span<byte> buffer = stackalloc byte[1024];
        while (count > 0)
        {
            var part = buffer[..Math.Min(count, buffer.Length)];
            stream.ReadExactly(part);
            count -= part.Length;
        }
    }

    private static string ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        for (var value = stream.ReadByte(); value != '\n'; value = stream.ReadByte())
        {
            Assert.True(value >= 0, "the server closed the connection");
            if (value != '\r')
            {
                line.Append((char)value);
            }
        }

        return line.ToString();
    }
}
