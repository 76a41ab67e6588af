using FieldNode.Answers;
using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Keys;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Pull;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FieldNode.Tests.Log;

public abstract class HostPullTests(Stores stores) : IDisposable
{
    private const uint Epoch = 4;

    private protected readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Hosts_that_pull_from_each_other_in_a_circle_come_to_rest_with_the_same_log()
    {
        HostStore[] hosts = [.. Enumerable.Range(0, 3).Select(i => stores.Open(_directory.File($"host-{i}")))];
        for (var i = 0; i < hosts.Length; i++)
        {
            await Fill(hosts[i], (ulong)(10 + i), $"ZZ{i:D8}", $"E{i:D8}");
            new Settlement(hosts[i], TimeProvider.System).MarkPositive(TraceAnswer.Compute(hosts[i], $"ZZ{i:D8}"), $"coordinator {i}", "");
        }

        new Rosters(hosts[0]).Set("正飞", [new RosterPerson("正飞", "E00000000", "1", "1") { Name = "张三" }]);
        var lastRound = new List<SitePullResult>();
        for (var round = 0; round < 3; round++)
        {
            lastRound.Clear();
            for (var i = 0; i < hosts.Length; i++)
            {
                lastRound.Add(await Pull(hosts[i], hosts[(i + 1) % hosts.Length]));
            }
        }

        Assert.All(lastRound, result => Assert.Equal((0, 0), (result.Records, result.Conflicts)));
        Assert.All(hosts, store =>
        {
            Assert.Equal(3, OpenLog.People(store, new PersonFilter()).Count());
            Assert.Equal(3, new DoubtsAnswer(store, Fleet.Read(store)).Decisions().Count);
            Assert.Equal("张三", new Rosters(store).People().Single().Name);
            Assert.Equal(3, Fleet.Read(store).Nodes.Count);
        });
    }

    [Fact]
    public async Task A_pull_that_is_cut_goes_on_where_it_stopped()
    {
        var source = stores.Open(_directory.File("source"));
        for (var i = 0; i < 40; i++)
        {
            await Fill(source, (ulong)(100 + i), $"ZZ{i:D8}", [.. Enumerable.Range(0, 1200).Select(person => $"E{i:D2}{person:D6}")]);
        }

        var target = stores.Open(_directory.File("target"));
        var fault = await Assert.ThrowsAsync<HostFault>(() => Pull(target, source, new CutAfter(4)));
        Assert.Equal("pull-failed", fault.Code);
        var before = new LogStatus(target).Epochs().Sum(epoch => epoch.Records);
        Assert.InRange(before, 1000, 40_000);

        var rest = await Pull(target, source);

        Assert.Equal(new LogStatus(source).Epochs().Sum(epoch => epoch.Records), before + rest.Records);
        Assert.Equal(OpenLog.People(source, new PersonFilter()).Select(row => row.Person), OpenLog.People(target, new PersonFilter())
            .Select(row => row.Person));
    }

    [Fact]
    public async Task Keys_and_rosters_are_not_handed_out_over_plain_http()
    {
        var source = stores.Open(_directory.File("source"));
        new NodeRegistry(source, TimeProvider.System).Add(new EnrolledNode(10, "lane-10", "正飞", "L10", new byte[32]));
        var endpoint = new LogEndpoint(source);
        foreach (var (remote, isHttps,
            isHanded) in new[] { ("10.0.0.7", false, false), ("10.0.0.7", true, true), ("127.0.0.1", false, true), ("::1", false, true) })
        {
            foreach (var ask in new Func<HttpContext, IResult>[] { endpoint.Keys, asked => endpoint.Roster(asked, "正飞") })
            {
                var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
                context.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(remote);
                context.Request.Scheme = isHttps ? "https" : "http";
                context.Response.Body = new MemoryStream();
                await ask(context).ExecuteAsync(context);
                Assert.Equal(isHanded ? 200 : 403, context.Response.StatusCode);
            }
        }
    }

    [Fact]
    public async Task The_access_key_is_not_told_over_plain_http()
    {
        using var client = new HttpClient();
        var pull = new SitePull(stores.Open(_directory.File("target")), TimeProvider.System, client);

        Assert.Equal("plain-http",
            (await Assert.ThrowsAsync<HostFault>(() =>
            pull.Run(new Uri("http://10.0.0.5:8080"), "x", (_, _) => { }, TestContext.Current.CancellationToken))).Code);
    }

    [Fact]
    public async Task A_wrong_key_this_host_itself_and_what_is_no_host_are_named()
    {
        var source = stores.Open(_directory.File("source"));
        await using var server = await Serve(source);
        using var client = new HttpClient();
        async Task<string> Code(HostStore store, string url, string key) =>
            (await Assert.ThrowsAsync<HostFault>(() => new SitePull(store, TimeProvider.System, client)
            .Run(new Uri(url), key, (_, _) => { }, TestContext.Current.CancellationToken))).Code;
        var target = stores.Open(_directory.File("target"));

        Assert.Equal("pull-refused", await Code(target, server.Urls.First(), "wrong"));
        Assert.Equal("pull-self", await Code(source, server.Urls.First(), KeyOf(source).Text));
        Assert.Equal("pull-failed", await Code(target, $"http://127.0.0.1:{FreePort.Take()}", "x"));
        Assert.Equal(ExitCode.Usage, Tool.Run("pull", "nonsense", "--data", _directory.File("target")).Exit);
    }

    [Fact]
    public async Task A_site_with_a_slash_in_its_name_brings_its_roster_and_its_slots()
    {
        var source = stores.Open(_directory.File("source"));
        var target = stores.Open(_directory.File("target"));
        new Rosters(source).Set("A/B 区", [new RosterPerson("A/B 区", "E00000001", "1", "1")]);
        Assert.Equal(1, (await Pull(target, source)).Rosters);
        Assert.Equal(0, (await Pull(target, source)).Rosters);
        Assert.Single(new Rosters(target).People());
    }

    [Fact]
    public async Task A_batch_under_a_nodes_old_key_holds_nothing_up()
    {
        var source = stores.Open(_directory.File("source"));
        var target = stores.Open(_directory.File("target"));
        await Fill(source, 10, "ZZ00000001", "E00000001");
        await Pull(target, source);
        await Fill(source, 11, "ZZ00000002", "E00000002");
        using (var connection = target.Connect())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE nodes SET key = @key WHERE node = 10; UPDATE pulls SET next = 0";
            var key = command.CreateParameter();
            (key.ParameterName, key.Value) = ("key", target.Vault.Wrap(new byte[32], Secrets.NodeKey(10)));
            command.Parameters.Add(key);
            command.ExecuteNonQuery();
        }

        var result = await Pull(target, source);

        Assert.Empty(result.Refused);
        Assert.Equal(2, OpenLog.People(target, new PersonFilter()).Count());
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("rubbish")]
    [InlineData("no numbers")]
    [InlineData("numbers that stand still")]
    [InlineData("forged tags")]
    [InlineData("[null]")]
    [InlineData("""[{"node":"zz","name":"n","site":"s","lane":"l"}]""")]
    [InlineData("""[{"node":"1"}]""")]
    public async Task A_hostile_host_brings_nothing_in(string how)
    {
        var target = stores.Open(_directory.File("target"));
        new NodeRegistry(target, TimeProvider.System).Add(new EnrolledNode(7, "lane-7", "S", "L7", [.. Enumerable.Repeat((byte)1, 32)]));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        application.MapGet("/v1/log/nodes", () => how.StartsWith('[') ? Results.Text(how, "application/json")
            : Results.Json(Array.Empty<LogNode>()));
        application.MapGet("/v1/log/rosters", () => Results.Json(Array.Empty<LogRoster>()));
        application.MapGet("/v1/log", async context =>
        {
            var honest = Logs.BatchOf(1, 9, Epoch, 1, new byte[32], [.. Logs.Morning(Epoch, "L9", "ZZ00000009", "E00000009")]);
            if (how != "no numbers")
            {
                context.Response.Headers[LogWire.HostHeader] = "0000BEEF";
                context.Response.Headers[LogWire.NextHeader] = how == "numbers that stand still" ? "0" : "1";
                context.Response.Headers[LogWire.LastHeader] = "5";
                context.Response.Headers[LogWire.StoreHeader] = "0";
            }

            if (context.Request.Query["after"] != "0")
            {
                return;
            }

            await context.Response.Body.WriteAsync(how switch
            {
                "nothing" => [],
                "rubbish" => [.. honest, 1, 2, 3],
                "forged tags" => Logs.BatchOf(1, 7, Epoch, 1, new byte[32], [.. Logs.Morning(Epoch, "L7", "ZZ00000007", "E00000007")]),
                _ => honest,
            });
        });
        await application.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        var pull = new SitePull(target, TimeProvider.System, client)
            .Run(new Uri(application.Urls.First()), "x", (_, _) => { }, TestContext.Current.CancellationToken);

        if (how is "nothing" or "forged tags")
        {
            Assert.Equal((0, how == "forged tags" ? 1 : 0), ((await pull).Records, (await pull).Refused.Count));
        }
        else
        {
            Assert.Equal("pull-failed", (await Assert.ThrowsAsync<HostFault>(() => pull)).Code);
        }

        Assert.Empty(OpenLog.People(target, new PersonFilter(All: true)));
    }

    private AccessKey KeyOf(HostStore store) =>
        AccessKey.LoadOrCreate(Directory.CreateDirectory(_directory.File($"keys/{store.HostId:X8}")).FullName);

    private Task<HostServer> Serve(HostStore store) => HostServer.Start(store, "http://127.0.0.1:0", TimeProvider.System, KeyOf(store));

    private protected async Task<SitePullResult> Pull(HostStore to, HostStore from, HttpMessageHandler? handler = null)
    {
        await using var server = await Serve(from);
        using var client = handler is null ? new HttpClient() : new HttpClient(handler);
        return await new SitePull(to, TimeProvider.System, client).Run(new Uri(server.Urls.First()), KeyOf(from).Text, (_, _) => { },
            TestContext.Current.CancellationToken);
    }

    private protected static async Task Fill(HostStore store, ulong node, string tube, params string[] people)
    {
        new NodeRegistry(store, TimeProvider.System).Add(new EnrolledNode(node, $"lane-{node}", "正飞", $"L{node}", null));
        await using var queue = new MergeQueue(store, TimeProvider.System);
        var frames = Logs.Morning(Epoch, $"L{node}", tube, people);
        for (var at = 0; at < frames.Count; at += 80)
        {
            await Logs.Merge(queue, Logs.BatchOf(store.HostId, node, Epoch, (uint)at + 1, new byte[32], [.. frames.Skip(at).Take(80)]));
        }
    }

    /// <summary>Breaks the connection after a number of requests.</summary>
    private sealed class CutAfter(int requests) : DelegatingHandler(new HttpClientHandler())
    {
        private int _requests;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            return ++_requests > requests ? throw new HttpRequestException("the line is cut") : base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>Tests of what only a file store supports: backup, restore, and inspection.</summary>
public sealed class SqliteHostPullTests() : HostPullTests(Stores.Sqlite)
{
    [Fact]
    public async Task A_host_that_was_restored_is_pulled_whole_decides_anew_and_gets_its_lost_decisions_back()
    {
        var source = Stores.Sqlite.Open(_directory.File("source"));
        var target = Stores.Sqlite.Open(_directory.File("target"));
        await Fill(source, 10, "ZZ00000001", "E00000001");
        await Fill(source, 11, "ZZ00000002", "E00000002");
        StoreBackup.Take(source, _directory.File("b.db"));
        new Settlement(source, TimeProvider.System).MarkPositive(TraceAnswer.Compute(source, "ZZ00000001"), "before", "");
        await Pull(target, source);
        StoreBackup.Restore(_directory.File("b.db"), _directory.File("restored"), _directory.File("source.key"));
        var restored = Stores.Sqlite.Open(_directory.File("restored"));

        await Pull(restored, target);
        new Settlement(restored, TimeProvider.System).MarkPositive(TraceAnswer.Compute(restored, "ZZ00000002"), "after", "");
        await Pull(target, restored);

        foreach (var store in new[] { restored, target })
        {
            var decisions = new DoubtsAnswer(store, Fleet.Read(store)).Decisions();
            Assert.Equal(["after", "before"], decisions.Select(decision => decision.Who));
            // A decision of the lost store.
            Assert.Equal("unknown-decision",
                Assert.Throws<HostFault>(() => new Settlement(store, TimeProvider.System).TakeBack(decisions[1].Id)).Code);
        }
    }
}

public sealed class PostgresHostPullTests() : HostPullTests(Stores.Postgres);
