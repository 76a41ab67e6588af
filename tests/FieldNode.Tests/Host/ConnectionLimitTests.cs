using System.Net;
using System.Net.Sockets;
using FieldNode.Host.Http;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;
using Microsoft.AspNetCore.Connections;

namespace FieldNode.Tests.Host;

/// <summary>A client that opens connections without end does not block others.</summary>
public sealed class ConnectionLimitTests
{
    private readonly ConnectionLimit _limit = new();
    private readonly TaskCompletionSource _end = new();
    private int _served;

    [Fact]
    public async Task One_address_has_so_many_and_others_go_on()
    {
        var crowd = Enumerable.Range(0, ConnectionLimit.PerAddress + 10).Select(_ => Connect("10.0.0.1")).ToList();
        Assert.Equal((ConnectionLimit.PerAddress, 10L), (_served, _limit.Refused));
        var other = Connect("10.0.0.2");
        Assert.Equal(ConnectionLimit.PerAddress + 1, _served);

        _end.SetResult();
        await Task.WhenAll(crowd.Append(other));
        await Connect("10.0.0.1");

        Assert.Equal((ConnectionLimit.PerAddress + 2, 10L), (_served, _limit.Refused));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("::ffff:10.0.0.1", "::ffff:10.0.0.2", false)]
    public void Addresses_that_one_hand_has_count_as_one(string one, string another, bool isOne)
    {
        for (var i = 0; i < ConnectionLimit.PerAddress; i++)
        {
            _ = Connect(one);
        }

        _ = Connect(another);

        Assert.Equal(isOne ? 1 : 0, _limit.Refused);
    }

    [Fact]
    public void All_together_have_so_many()
    {
        for (var i = 0; i <= ConnectionLimit.Total; i++)
        {
            _ = Connect($"10.0.{i / 250}.{i % 250}");
        }

        Assert.Equal((ConnectionLimit.Total, 1L), (_served, _limit.Refused));
    }

    [Fact]
    public async Task One_too_many_is_left_open_for_a_moment_so_that_it_does_not_come_again_at_once()
    {
        for (var i = 0; i < ConnectionLimit.PerAddress; i++)
        {
            _ = Connect("10.0.0.1");
        }

        var waiting = Enumerable.Range(0, DelayedClose.HeldMax + 1).Select(_ => Connect("10.0.0.1")).ToList();

        Assert.Equal(DelayedClose.HeldMax, waiting.Count(one => !one.IsCompleted)); // more would cost memory and are closed at once
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task One_too_many_that_has_gone_is_forgotten()
    {
        using var gone = new CancellationTokenSource();
        var connection = new DefaultConnectionContext { ConnectionClosed = gone.Token };
        var waiting = new DelayedClose().Close(connection);
        Assert.False(waiting.IsCompleted);

        await gone.CancelAsync();
        await waiting;
    }

    [Fact]
    public async Task A_crowd_of_silent_sockets_is_cut_off_and_an_honest_node_is_answered()
    {
        await using var host = await TestHost.Start();
        var cancel = TestContext.Current.CancellationToken;
        var crowd = new List<TcpClient>();
        try
        {
            for (var i = 0; i < ConnectionLimit.PerAddress + 50; i++)
            {
                var socket = new TcpClient(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
                crowd.Add(socket);
                await Begin(socket, host.Address.Port, cancel);
            }

            Assert.Equal(1u, (await host.Accept(host.Batch(7, 1, Logs.FrameOf(7, 1, 1, new Arrived { People = 1 })))).AcknowledgedUpTo);
            // All are closed: some at once, the rest when their time is up.
            Assert.All(await Task.WhenAll(crowd.Select(ReadToEnd)),
                answer => Assert.DoesNotContain(" 200 ", answer, StringComparison.Ordinal));
        }
        finally
        {
            crowd.ForEach(socket => socket.Dispose());
        }
    }

    // A surplus connection is cut off at any time: while it connects, while it writes, or later.
    private static async Task Begin(TcpClient socket, int port, CancellationToken cancel)
    {
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
            await socket.GetStream().WriteAsync("POST /v1/batches HT"u8.ToArray(), cancel);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // Already cut off.
        }
    }

    private static async Task<string> ReadToEnd(TcpClient socket)
    {
        if (!socket.Connected)
        {
            return "";
        }

        try
        {
            using var reader = new StreamReader(socket.GetStream());
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private Task Connect(string from)
    {
        return _limit.Use(_ =>
        {
            _served++;
            return _end.Task;
        })(new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(from), 50000) });
    }
}
