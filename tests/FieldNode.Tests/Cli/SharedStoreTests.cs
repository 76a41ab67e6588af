using System.Collections.Concurrent;
using System.Diagnostics;
using FieldNode.Answers.Reports;
using FieldNode.Answers;
using FieldNode.Host.Cards;
using FieldNode.Host.Export;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Files;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Tests.Support;
using Npgsql;

namespace FieldNode.Tests.Cli;

/// <summary>
/// Several hosts share one PostgreSQL, all real processes, while nodes upload to any of them. Whatever is killed, acknowledged records are
/// stored exactly once, and the export equals that of the same batches in SQLite.
/// </summary>
public sealed class SharedStoreTests : IAsyncDisposable
{
    /// <summary>Evidence for 200 kills and more: <c>FIELDNODE_KILLS=200 bash tests/run.sh --filter-class '*SharedStoreTests'</c>.</summary>
    private static readonly int s_kills = Environment.GetEnvironmentVariable("FIELDNODE_KILLS") is { } kills
        ? int.Parse(kills, System.Globalization.CultureInfo.InvariantCulture) : Sweep.Count(16, 4);

    private static readonly int s_failover = Sweep.Count(20, 8); // batches before the failover, and after it
    private const int Nodes = 6;
    private const int BatchesAfter = 5;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<(Process Process, Uri Address)> _hosts = [];
    private readonly ConcurrentQueue<string> _said = [];
    private readonly HttpClient _client = new();

    private string Data => _directory.File("data");

    [Fact]
    public async Task Hosts_and_database_killed_at_random_lose_and_double_nothing()
    {
        var seed = Seed.Take(nameof(Hosts_and_database_killed_at_random_lose_and_double_nothing));
        var random = new Random(seed);
        using var server = PostgresServer.Start();
        await Serve(server.Database("fieldnode"), hosts: 3);
        var store = AnsweringStore.Open(Data, database: server.AddressOf("fieldnode"));
        var nodes = Enrol(store, random);
        using var killed = new CancellationTokenSource();
        var uploads = nodes.Select(node => Upload(node, killed.Token)).ToList();
        for (var kills = 0; kills < s_kills; kills++)
        {
            await Progress(nodes, random.Next(1, 6));
            if (random.Next(4) == 0)
            {
                server.Kill();
                server.StartAgain();
            }
            else
            {
                await KillAndServe(random.Next(_hosts.Count), server.AddressOf("fieldnode"));
            }
        }

        await killed.CancelAsync();
        await Ended(uploads);
        NpgsqlConnection.ClearAllPools(); // this process's own connections may date from before the last kill
        Check(store, nodes, Seed.Replay(nameof(Hosts_and_database_killed_at_random_lose_and_double_nothing), seed));
    }

    [Fact]
    public async Task A_standby_that_takes_over_has_everything_that_was_acknowledged()
    {
        using var server = PostgresServer.Start();
        var address = server.Database("fieldnode");
        using var standby = server.StartStandby("standby");
        server.Ask("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        server.Ask("SELECT pg_reload_conf()");
        while (server.Ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") is not 1L)
        {
            await Task.Delay(Threads.PollMs, TestContext.Current.CancellationToken);
        }

        var both = $"postgres://fieldnode@127.0.0.1:{server.Port},127.0.0.1:{standby.Port}/fieldnode";
        await Serve(both, hosts: 2);
        var nodes = Enrol(AnsweringStore.Open(Data, database: both), new Random(1));
        using var done = new CancellationTokenSource();
        var uploads = nodes.Select(node => Upload(node, done.Token)).ToList();
        await Progress(nodes, s_failover);

        server.Kill();
        standby.Promote();

        await Progress(nodes, s_failover);
        await done.CancelAsync();
        await Ended(uploads);
        Check(await Opened(both), nodes, "after the failover");
        Assert.NotEqual(address, standby.AddressOf("fieldnode"));
    }

    // Retries, as the error message says. On a busy computer, promoting a server takes longer than a connection waits.
    private async Task<HostStore> Opened(string address)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return AnsweringStore.Open(Data, database: address);
            }
            catch (HostFault fault) when (fault.Code == "store-unreachable" && tries < 10)
            {
                await Task.Delay(Threads.PollMs, TestContext.Current.CancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, _) in _hosts)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _client.Dispose();
        _directory.Dispose();
    }

    private static List<UploadingNode> Enrol(HostStore store, Random random)
    {
        var registry = new NodeRegistry(store, TimeProvider.System);
        return [.. Enumerable.Range(1, Nodes).Select(i =>
        {
            var node = EnrolmentCards.NewNode($"lane-{i}", "S",
                $"L{i}") with { Key = System.Security.Cryptography.RandomNumberGenerator.GetBytes(ClaimMessage.KeyBytes) };
            registry.Add(node);
            return new UploadingNode(node, store.HostId, (uint)i, new Random(random.Next()));
        })];
    }

    private static void Check(HostStore store, List<UploadingNode> nodes, string what)
    {
        var stored = new LogStatus(store).Epochs().ToDictionary(epoch => epoch.Node);
        foreach (var node in nodes)
        {
            var epoch = stored[node.Node.Id];
            Assert.True((node.Records, 0, 0) == (epoch.AcknowledgedUpTo, epoch.Gaps.Count, epoch.Conflicts),
                $"{node.Node.Name}: {node.Records} acknowledged, stored {epoch}. {what}");
        }

        using var directory = new TemporaryDirectory();
        Assert.True(new StoreVerification(store).Run(directory.File("scratch"), cancel: TestContext.Current.CancellationToken).IsRight,
            what);
        Assert.True(Export(store).AsSpan().SequenceEqual(Export(InSqlite(directory, store, nodes))),
            $"SQLite exports something else. {what}");
    }

    private static HostStore InSqlite(TemporaryDirectory directory, HostStore store, List<UploadingNode> nodes)
    {
        var other = AnsweringStore.Open(directory.File("sqlite"));
        var registry = new NodeRegistry(other, TimeProvider.System);
        new NodeRegistry(store, TimeProvider.System).List().ToList().ForEach(node => registry.Add(node));
        File.WriteAllBytes(directory.File("all.fnlog"),
            [.. nodes.SelectMany(node => node.Acknowledged).Reverse().SelectMany(batch => batch)]);
        new FileMerge(other, TimeProvider.System).Merge(directory.File("all.fnlog"), adopt: false);
        return other;
    }

    private static byte[] Export(HostStore store)
    {
        using var export = new MemoryStream();
        PeopleExport.WriteCsv(OpenLog.People(store, new PersonFilter(All: true)), export);
        return export.ToArray();
    }

    private async Task Serve(string database, int hosts)
    {
        for (var i = 0; i < hosts; i++)
        {
            _hosts.Add(await Started(FreePort.Take(), database));
        }
    }

    private async Task KillAndServe(int host, string database)
    {
        var (process, address) = _hosts[host];
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        _hosts[host] = await Started(address.Port, database);
    }

    private async Task<(Process Process, Uri Address)> Started(int port, string database)
    {
        var host = await Tool.ServePlain(Data, port, "--store", database);
        host.Process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        host.Process.BeginErrorReadLine();
        return host;
    }

    // A host that answered with an internal error has written it to its error output.
    private async Task Ended(List<Task> uploads)
    {
        try
        {
            await Task.WhenAll(uploads);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\nthe hosts' error output:\n{string.Join('\n', _said)}", e);
        }
    }

    // Uploads until told to stop, then a few more batches: everything works again.
    private async Task Upload(UploadingNode node, CancellationToken told)
    {
        for (var after = 0; after < BatchesAfter; after += told.IsCancellationRequested ? 1 : 0)
        {
            await node.Send(_client, () => [.. _hosts.Select(host => host.Address)], TestContext.Current.CancellationToken);
        }
    }

    private static async Task Progress(List<UploadingNode> nodes, int batches)
    {
        var before = nodes.Sum(node => (long)node.Records);
        while (nodes.Sum(node => (long)node.Records) < before + batches)
        {
            await Task.Delay(Threads.PollMs, TestContext.Current.CancellationToken);
        }
    }
}
