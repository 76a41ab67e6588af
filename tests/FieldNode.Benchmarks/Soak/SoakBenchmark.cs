using System.Diagnostics;
using System.Globalization;
using FieldNode.Answers;
using FieldNode.Benchmarks.Attack;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FieldNode.Benchmarks.Soak;

/// <summary>
/// Nodes upload to a real <c>fieldnode serve</c> for an hour while its memory is sampled. Goal: growth in the second half is less than a
/// tenth of the total. A leak keeps growing, a cache does not.
/// </summary>
internal static class SoakBenchmark
{
    private const int Nodes = 40;
    private const double GoalGrowth = 0.1;

    private static readonly TimeSpan s_betweenBatches = TimeSpan.FromSeconds(2); // 20 batches, 1,000 records a second
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromSeconds(30);

    public static async Task<int> Run(int minutes, bool json)
    {
        var directory = Directory.CreateTempSubdirectory("fieldnode-soak-").FullName;
        try
        {
            var data = Path.Combine(directory, "data");
            var store = AnsweringStore.Open(data);
            var nodes = Enumerable.Range(1, Nodes).Select(i => new HonestNode(HonestNode.Enrol(store, i), store.HostId)).ToList();
            var address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
            using var serve = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "fieldnode"),
                ["serve", "--data", data, "--urls", address.ToString(), "--plain-http", "--log", "off"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true
            })!;
            List<Look> looks;
            try
            {
                using var client = new HttpClient { BaseAddress = address };
                await Serve.WaitUntilReady(client);
                using var over = new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
                var uploads = Task.WhenAll(nodes.Select((node, i) => Upload(node, i, client, over.Token)));
                looks = await Watch(serve, nodes, over.Token);
                await uploads;
            }
            finally
            {
                serve.Kill();
                await serve.WaitForExitAsync();
            }

            return Report(looks, nodes.Sum(node => (long)node.Sent), new LogStatus(store).Epochs().Sum(epoch => (long)epoch.Records), json);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task Upload(HonestNode node, int i, HttpClient client, CancellationToken over)
    {
        using var timer = new PeriodicTimer(s_betweenBatches);
        await Task.Delay(s_betweenBatches * i / Nodes, CancellationToken.None);
        while (!over.IsCancellationRequested)
        {
            await node.Send(client);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task<List<Look>> Watch(Process serve, List<HonestNode> nodes, CancellationToken over)
    {
        var looks = new List<Look>();
        using var timer = new PeriodicTimer(s_betweenLooks);
        for (var clock = Stopwatch.StartNew(); !over.IsCancellationRequested; await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            serve.Refresh();
            looks.Add(new Look(Math.Round(clock.Elapsed.TotalMinutes, 1), serve.WorkingSet64 / 1e6, nodes.Sum(node => (long)node.Sent)));
            Console.Error.WriteLine(looks[^1]);
        }

        return looks;
    }

    private static int Report(List<Look> looks, long sent, long stored, bool json)
    {
        // Medians of the third and the last quarter: a single sample may be just before or after a garbage collection.
        var (third, last) = (Median(looks, 2), Median(looks, 3));
        var growth = 2 * (last - third) / last; // from quarter to quarter, projected to two quarters
        var isMet = growth < GoalGrowth && sent == stored;
        Console.Out.WriteLine(json
            ? JsonFigures.Of(new { growthOfSecondHalf = Math.Round(growth, 3), megabytes = Math.Round(last, 1), sent, stored, looks })
            : string.Create(CultureInfo.InvariantCulture, $"""
                {string.Join('\n', looks.Where((_, i) => i % Math.Max(1, looks.Count / 12) == 0))}
                growthOfSecondHalf {growth:F3} of {last:F1} MB   {(growth < GoalGrowth ? "met" : "NOT MET")} (< {GoalGrowth})
                records: {sent} sent, {stored} stored   {(stored == sent ? "met" : "NOT MET")}
                """));
        return isMet ? 0 : 1;
    }

    private static double Median(List<Look> looks, int quarter)
    {
        var of = looks.Skip(looks.Count * quarter / 4).Take(Math.Max(1, looks.Count / 4)).Select(look => look.Megabytes).Order().ToList();
        return of[of.Count / 2];
    }

    private sealed record Look(double Minutes, double Megabytes, long Records)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Minutes,5:F1} min {Megabytes,7:F1} MB {Records,9} records");
    }
}
