using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using FieldNode.Answers.Roster;
using FieldNode.Host.Http;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Host;

/// <summary>
/// A client that sends wrong requests, or too many, does not slow down others; and the host never fills the disk completely.
/// </summary>
public sealed class RequestLimitTests
{
    private const uint Epoch = 7;
    private const string Attacker = "127.0.0.2";

    [Fact]
    public async Task An_address_whose_requests_are_refused_again_and_again_has_few_of_them_looked_at()
    {
        await using var host = await TestHost.Start();
        using var attacker = host.ClientFrom(Attacker, connections: 64);
        using var honest = host.ClientFrom("127.0.0.1");
        var forged = host.Batch(Epoch, 1, Logs.FrameOf(Epoch, 1, 1, new Arrived { People = 1 }));
        forged[^1] ^= 1;
        Assert.All(await Task.WhenAll(Enumerable.Range(0, RequestLimit.Refusals / 2).Select(_ => Post(attacker, forged))),
            answer => Assert.Contains("bad-tag", answer, StringComparison.Ordinal));
        var clock = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4 * RequestLimit.Refusals).Select(_ => Post(attacker, forged)));

        Assert.Contains(answers, answer => answer.Contains("too-many-refused", StringComparison.Ordinal) || answer == "cut off");
        var free = RequestLimit.Refusals + 64; // plus those already under way when the limit was reached
        Assert.InRange(answers.Count(answer => answer.Contains("bad-tag", StringComparison.Ordinal)), 1,
            free + (2 * RequestLimit.SuspectPerSecond * (1 + clock.Elapsed.TotalSeconds)));
        var batch = host.Batch(Epoch, 1, Logs.FrameOf(Epoch, 1, 1, new Arrived { People = 2 }));
        Assert.Equal("OK", await Post(honest, batch));

        while (await Post(attacker, batch) != "OK")
        {
            await Task.Yield(); // an honest node behind the attacker's address gets its turn too
        }

        Assert.Equal(1, host.Records());
        using var scrape = new HttpClient { BaseAddress = host.Address };
        Assert.DoesNotContain("fieldnode_requests_unread_total 0",
            await scrape.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
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
        using var elsewhere = host.ClientFrom("127.0.0.3");
        Assert.Equal("OK", await Post(elsewhere,
            Logs.BatchOf(host.Store.HostId, other.Id, Epoch, 1, other.Key!, Logs.FrameOf(Epoch, 1, 1, new Arrived { People = 1 }))));
    }

    [Fact]
    public async Task Statuses_and_questions_for_a_roster_are_within_the_nodes_pace_too()
    {
        await using var host = await TestHost.Start();
        using var limit = new RequestLimit(nodeBurst: 4);
        var (nodes, keys) = (new NodeRegistry(host.Store, TimeProvider.System), Logs.KeysOf(host.Key));
        var rosters = new RosterEndpoint(host.Store, nodes, new Rosters(host.Store), TimeProvider.System) { Requests = limit };
        var statuses = new StatusEndpoint(nodes, new NodeStatuses(host.Store), TimeProvider.System) { Requests = limit };
        var question = new byte[RosterMessage.RequestBytes];
        RosterMessage.WriteRequest(question, host.Store.HostId, host.Node.Id, 1, 0);
        HMACSHA256.HashData(keys.Roster, question.AsSpan(0, RosterMessage.RequestTagged), question.AsSpan(RosterMessage.RequestTagged));
        var line = Encoding.UTF8.GetBytes($$"""{"Node":"{{host.Node.IdText}}","Boot":1,"Ticks":5000}""");
        byte[] status = [.. line, (byte)'\n', .. Encoding.ASCII.GetBytes(Convert.ToHexString(HMACSHA256.HashData(keys.Status, line)))];

        Assert.Equal(["no-roster", "no-roster"], Enumerable.Range(0, 2).Select(_ => rosters.Answer(question).Problem!.Code));
        Assert.Equal([null, null], Enumerable.Range(0, 2).Select(_ => statuses.Take(status)?.Code));
        // The rate limit refills with real time, so a busy computer needs several tries.
        AssertSoonRefused(() => rosters.Answer(question).Problem!.Code);
        AssertSoonRefused(() => statuses.Take(status)?.Code);
    }

    private static void AssertSoonRefused(Func<string?> ask) => Assert.Contains("too-fast", Enumerable.Range(0, 1000).Select(_ => ask()));

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
        using var ready = await client.GetAsync(new Uri("/-/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "2"), (ready.StatusCode, ready.Headers.RetryAfter?.ToString()));

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
            using var response = await client.PostAsync(new Uri(BatchEndpoint.Path, UriKind.Relative), content,
                TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode ? "OK" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return "cut off";
        }
    }
}
