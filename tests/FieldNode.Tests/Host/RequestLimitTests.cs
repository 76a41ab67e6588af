using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using FieldNode.Host.Http;
using FieldNode.Host.Merge;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Host;

/// <summary>Who sends wrong requests, or too many, costs others nothing; and a disk is never filled to its last byte.</summary>
public sealed class RequestLimitTests
{
    private const uint Epoch = 7;
    private const string Attacker = "127.0.0.2";

    [Fact]
    public async Task An_address_whose_requests_are_refused_again_and_again_has_few_of_them_looked_at()
    {
        await using var host = await TestHost.Start();
        using var attacker = host.ClientFrom(Attacker);
        using var honest = host.ClientFrom("127.0.0.1");
        var forged = host.Batch(Epoch, 1, Logs.FrameOf(Epoch, 1, 1, new Arrived { People = 1 }));
        forged[^1] ^= 1;
        var answers = new List<string>();
        for (var i = 0; i < 4 * RequestLimit.Refusals; i++)
        {
            answers.Add(await Post(attacker, forged));
        }

        Assert.All(answers.Take(RequestLimit.Refusals), answer => Assert.Contains("bad-tag", answer, StringComparison.Ordinal));
        Assert.Contains(answers, answer => answer.Contains("too-many-refused", StringComparison.Ordinal) || answer == "cut off");
        Assert.True(answers.Count(answer => answer.Contains("bad-tag", StringComparison.Ordinal)) < 2 * RequestLimit.Refusals, "as many were looked at as were sent");
        var batch = host.Batch(Epoch, 1, Logs.FrameOf(Epoch, 1, 1, new Arrived { People = 2 }));
        Assert.Equal("OK", await Post(honest, batch));

        while (await Post(attacker, batch) != "OK")
        {
            await Task.Yield(); // an honest node behind the attacker's address has its turn, too
        }

        Assert.Equal(1, host.Records());
        using var scrape = new HttpClient { BaseAddress = host.Address };
        Assert.DoesNotContain("fieldnode_requests_unread_total 0", await scrape.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_sends_faster_than_any_node_is_slowed_down_and_others_are_not()
    {
        await using var host = await TestHost.Start();
        var other = host.Enrol("lane-2", "L2");
        using var client = host.ClientFrom(Attacker, connections: 16);
        var same = host.Batch(Epoch, 1, Logs.FrameOf(Epoch, 1, 1, new Arrived { People = 1 }));
        var answers = await Task.WhenAll(Enumerable.Range(0, 3 * RequestLimit.NodeBurst).Select(_ => Post(client, same)));

        Assert.Contains(answers, answer => answer.Contains("too-fast", StringComparison.Ordinal));
        Assert.InRange(answers.Count(answer => answer == "OK"), 1, (2 * RequestLimit.NodeBurst) + RequestLimit.NodePerSecond);
        Assert.Equal("OK", await Post(client, Logs.BatchOf(host.Store.HostId, other.Id, Epoch, 1, other.Key!, Logs.FrameOf(Epoch, 1, 1, new Arrived { People = 1 }))));
    }

    [Fact]
    public async Task Below_the_disks_reserve_nothing_is_acknowledged_and_above_it_everything_again()
    {
        var free = DiskReserve.DefaultBytes - 1;
        var time = new SetTime();
        await using var host = await TestHost.Start(time, new HostSettings { FreeBytes = () => free });
        var batch = host.Batch(Epoch, 1, Logs.FrameOf(Epoch, 1, 1, new Arrived { People = 1 }));

        var (status, _, text) = await host.Post(batch);
        Assert.Equal((503, true), (status, text.Contains("disk-reserve", StringComparison.Ordinal)));
        Assert.Equal(0, host.Records());
        using var client = new HttpClient { BaseAddress = host.Address };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync(new Uri("/-/ready", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);

        free = DiskReserve.DefaultBytes;
        time.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(1u, (await host.Accept(batch)).AcknowledgedUpTo);
        Assert.Equal(1, host.Records());
    }

    private static async Task<string> Post(HttpClient client, byte[] batch)
    {
        using var content = new ByteArrayContent(batch);
        content.Headers.ContentType = new MediaTypeHeaderValue(BatchEndpoint.ContentType);
        try
        {
            using var response = await client.PostAsync(new Uri(BatchEndpoint.Path, UriKind.Relative), content, TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode ? "OK" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return "cut off";
        }
    }
}
