using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FieldNode.Benchmarks.Attack;

/// <summary>
/// Honest nodes upload to a real <c>fieldnode serve</c> over TLS, first undisturbed and then under attack from other addresses: slow-drip
/// sockets, batches with wrong tags, replayed honest batches, and the most expensive batches possible under a node's own key. Goal: their
/// p99 stays below twice that of the undisturbed phase before, and the store holds exactly what they sent.
/// </summary>
internal static class AttackBenchmark
{
    public const int PostsPerSecond = 10_000;
    public const int SlowSockets = 500;

    private const double GoalRatio = 2;
    private const int Nodes = 40;
    private const int FarOfARound = 500;

    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(500);
    public static async Task<int> Run(int seconds, int rounds, bool json)
    {
        var directory = Directory.CreateTempSubdirectory("fieldnode-attack-").FullName;
        try
        {
            var store = AnsweringStore.Open(Path.Combine(directory, "data"));
            var nodes = Enumerable.Range(1, Nodes).Select(i => new HonestNode(HonestNode.Enrol(store, i), store.HostId)).ToList();
            var insider = HonestNode.Enrol(store, Nodes + 1);
            var (tls, plain) = (FreePort.Take(), FreePort.Take());
            using var serve = Start("fieldnode", "serve", "--data", Path.Combine(directory, "data"), "--urls",
                $"https://127.0.0.1:{tls};http://127.0.0.1:{plain}", "--plain-http", "--log", "off");
            List<Round> measured = [];
            try
            {
                using var client = TrustedClient.Create(SiteAuthority.LoadOrCreate(store).Certificate);
                client.BaseAddress = new Uri($"https://127.0.0.1:{tls}");
                await Serve.WaitUntilReady(client);
                await Upload(nodes, client, TimeSpan.FromSeconds(5)); // warm-up
                for (var round = 0; round < rounds; round++)
                {
                    measured.Add(await Measure(nodes, client, plain, TimeSpan.FromSeconds(seconds), directory,
                        FarBatches.Make(insider, store.HostId, FarOfARound, round * FarOfARound)));
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"round {round + 1} of {rounds}: p99 {measured[^1].QuietP99:F1} ms quiet, {measured[^1].AttackedP99:F1} ms "
                        + $"attacked"));
                }
            }
            finally
            {
                serve.Kill();
                await serve.WaitForExitAsync();
            }

            return Report(measured, nodes, new LogStatus(store).Epochs().Where(epoch => epoch.Node != insider.Id)
                .Sum(epoch => (long)epoch.Records), json);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static int Report(List<Round> rounds, List<HonestNode> nodes, long stored, bool json)
    {
        var sent = nodes.Sum(node => (long)node.Sent);
        var ratio = rounds.Select(round => round.AttackedP99 / round.QuietP99).Order().ElementAt(rounds.Count / 2);
        var isMet = ratio < GoalRatio && stored == sent && rounds.All(round => round.Attack.Accepted == 0);
        if (json)
        {
            Console.Out.WriteLine(JsonFigures.Of(new
            {
                attackedOverQuietP99 = Math.Round(ratio, 2),
                recordsSent = sent,
                recordsStored = stored,
                rounds
            }));
        }
        else
        {
            foreach (var round in rounds)
            {
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"p99 {round.QuietP99,7:F1} ms quiet {round.AttackedP99,7:F1} ms attacked   {round.Attack.PostsPerSecond} wrong "
                        + $"posts/s and {round.Attack.Replays} replays tried, {round.Attack.SlowSockets} slow sockets; "
                        + $"{round.Attack.Refused} refused, {round.Attack.CutOff} cut off, {round.Attack.Accepted} accepted; far records "
                        + $"{round.Attack.FarTaken} of {round.Attack.FarTried} taken"));
            }

            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"attackedOverQuietP99 {ratio:F2} (median)   {(ratio < GoalRatio ? "met" : "NOT MET")} (< {GoalRatio})"));
            Console.Out.WriteLine($"records: {sent} sent by honest nodes, {stored} stored   {(stored == sent ? "met" : "NOT MET")}");
        }

        return isMet ? 0 : 1;
    }

    private static async Task<Round> Measure(List<HonestNode> nodes, HttpClient client, int plainPort, TimeSpan time, string directory,
        byte[] far)
    {
        var quiet = await Upload(nodes, client, time);
        var captured = Path.Combine(directory, "captured.bin");
        await File.WriteAllBytesAsync(captured, nodes[0].Last);
        var farFile = Path.Combine(directory, "far.bin");
        await File.WriteAllBytesAsync(farFile, far);
        using var attackers = Start("FieldNode.Benchmarks", "attackers", $"{plainPort}", captured, farFile);
        await attackers.StandardOutput.ReadLineAsync(); // the attack has begun
        var attacked = await Upload(nodes, client, time);
        attackers.StandardInput.Close();
        var report = await attackers.StandardOutput.ReadToEndAsync();
        await attackers.WaitForExitAsync();
        return new Round(Times.Percentile(quiet, 99), Times.Percentile(attacked, 99), JsonSerializer.Deserialize<AttackReport>(report)!);
    }

    // Every node sends in turn, twice a second each. A batch that is not acknowledged at once is sent again, and its time includes the
    // retries.
    private static async Task<List<double>> Upload(List<HonestNode> nodes, HttpClient client, TimeSpan time)
    {
        var times = await Task.WhenAll(nodes.Select(async (node, i) =>
        {
            var mine = new List<double>();
            using var timer = new PeriodicTimer(s_between);
            await Task.Delay(s_between * i / nodes.Count);
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < time;)
            {
                mine.Add(await node.Send(client));
                await timer.WaitForNextTickAsync();
            }

            return mine;
        }));
        return [.. times.SelectMany(mine => mine)];
    }

    private static Process Start(string program, params string[] arguments)
    {
        return Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program),
            arguments)
        { RedirectStandardError = program == "fieldnode", RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    private sealed record Round(double QuietP99, double AttackedP99, AttackReport Attack);
}
