using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Log.Store;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;

namespace FieldNode.Benchmarks.Query;

/// <summary>
/// Asks a real <c>fieldnode serve</c> with a district's day every question that its page asks, and measures time and memory. Goals: 95% of
/// the answers within 200 ms, and at most 300 MB of memory for serve.
/// </summary>
internal static class QueryBenchmark
{
    private const double GoalMs = 200;
    private const double GoalMb = 300;
    private const int Asks = 60;

    public static async Task<int> Run(int records, bool json)
    {
        var directory = Directory.CreateTempSubdirectory("fieldnode-query-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            var store = AnsweringStore.Open(directory);
            var day = new DistrictDay(store, records);
            await day.Write(node =>
            {
                if (node % 100 == 0)
                {
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{node} of {day.Nodes} nodes merged, {clock.Elapsed.TotalSeconds:F0} s"));
                }
            });
            var merged = clock.Elapsed;
            var total = new LogStatus(store).Epochs().Sum(epoch => epoch.Records);
            SqliteConnection.ClearAllPools();
            var (figures, memoryMb) = await Ask(directory, day);
            var result = new
            {
                records = total,
                nodes = day.Nodes,
                buildSeconds = Math.Round(merged.TotalSeconds, 1),
                databaseMb = store.Bytes / 1_000_000,
                serveMemoryMb = memoryMb,
                queryP95Ms = figures.ToDictionary(figure => figure.Key, figure => Math.Round(Times.Percentile(figure.Value, 95), 1)),
                queryMedianMs = figures.ToDictionary(figure => figure.Key, figure => Math.Round(Times.Percentile(figure.Value, 50), 1)),
            };
            Console.Out.WriteLine(json ? JsonFigures.Of(result)
                : Text(result.records, result.nodes, result.buildSeconds, result.databaseMb, memoryMb, figures));
            return memoryMb <= GoalMb && figures.Values.All(times => Times.Percentile(times, 95) < GoalMs) ? 0 : 1;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    private const string Search = "search:";

    private static async Task<(Dictionary<string, List<double>> Figures, double MemoryMb)> Ask(string directory, DistrictDay day)
    {
        using var serve = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "fieldnode"),
            ["serve", "--data", directory, "--urls", "http://127.0.0.1:18090", "--plain-http"])
        { RedirectStandardError = true })!;
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:18090") };
            await Serve.WaitUntilReady(client);
            var accounts = new Accounts(AnsweringStore.Open(directory), TimeProvider.System);
            client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
            SignIn(client, accounts, "first");
            var random = new Random(1);
            var questions = new Dictionary<string, Func<string>>
            {
                ["board"] = () => "/api/board",
                ["boardOfASite"] = () => $"/api/board?site=site-{random.Next(1, Math.Max(2, day.Nodes / 2))}",
                ["coverage"] = () => "/api/coverage",
                ["coverageOfASite"] = () => $"/api/coverage?site=site-{random.Next(1, Math.Max(2, day.Nodes / 2))}",
                ["missing"] = () => "/api/missing",
                ["missingOfASite"] = () => $"/api/missing?site=site-{random.Next(1, Math.Max(2, day.Nodes / 2))}",
                ["pace"] = () => "/api/pace",
                ["traceTube"] = () => $"{Search}{DistrictDay.Tube(random.Next(1, day.Nodes + 1), random.Next(180))}",
                ["person"] = () => $"{Search}{DistrictDay.Person(random.Next(1, day.Nodes + 1), random.Next(1900))}",
                ["unknownCode"] = () => $"{Search}X{random.Next()}",
                ["manifest"] = () => "/api/bags",
                ["doubtsAndGaps"] = () => "/api/doubts",
                ["training"] = () => "/api/training",
            };
            var figures = new Dictionary<string, List<double>> { ["boardWhileUploading"] = await BoardWhileUploading(day, client) };
            foreach (var (name, question) in questions)
            {
                figures[name] = [];
                SignIn(client, accounts, name); // because searches are rate-limited per account
                for (var i = 0; i < Asks; i++)
                {
                    var clock = Stopwatch.GetTimestamp();
                    var asked = question();
                    using var response = asked.StartsWith(Search, StringComparison.Ordinal)
                        ? await client.PostAsJsonAsync("/api/search", new { code = asked[Search.Length..] })
                        : await client.GetAsync(new Uri(asked, UriKind.Relative));
                    await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
                    figures[name].Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
                }
            }

            return (figures, PeakMemoryMb(serve.Id));
        }
        finally
        {
            serve.Kill();
        }
    }

    private static void SignIn(HttpClient client, Accounts accounts, string name)
    {
        accounts.Add($"benchmark-{name}", Role.Coordinator);
        client.DefaultRequestHeaders.Remove("Cookie");
        client.DefaultRequestHeaders.Add("Cookie", $"fieldnode={accounts.Follow(accounts.Link($"benchmark-{name}"))!.Value.Token}");
    }

    // Between two reads of the board some lanes upload, and their changes are read again.
    private static async Task<List<double>> BoardWhileUploading(DistrictDay day, HttpClient client)
    {
        var times = new List<double>();
        using var events = new StreamReader(await client.GetStreamAsync(new Uri("/api/events", UriKind.Relative)));
        await Change(events); // the current state
        for (var i = 0; i < Asks; i++)
        {
            await day.UploadMore();
            await Change(events);
            var clock = Stopwatch.GetTimestamp();
            await client.GetByteArrayAsync(new Uri("/api/board", UriKind.Relative));
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }

        return times;
    }

    private static async Task Change(StreamReader events)
    {
        while (await events.ReadLineAsync() != "event: change")
        {
        }
    }

    private static double PeakMemoryMb(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return Math.Round(double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000, 0);
    }

    private static string Text(long records, int nodes, double buildSeconds, long databaseMb, double memoryMb,
        Dictionary<string, List<double>> figures)
    {
        var lines = figures.Select(figure =>
            string.Create(CultureInfo.InvariantCulture,
            $"{figure.Key,-18} p50 {Times.Percentile(figure.Value, 50),7:F1} ms   p95 {Times.Percentile(figure.Value, 95),7:F1} ms   "
            + $"{(Times.Percentile(figure.Value, 95) < GoalMs ? "met" : "NOT MET")} (< {GoalMs} ms)"));
        return string.Join('\n',
            [
                string.Create(CultureInfo.InvariantCulture,
                    $"{records} records of {nodes} nodes, merged in {buildSeconds} s, database {databaseMb} MB"),
                .. lines,
                string.Create(CultureInfo.InvariantCulture,
                    $"{"memory of serve",-18} {memoryMb} MB   {(memoryMb <= GoalMb ? "met" : "NOT MET")} (<= {GoalMb} MB)"),
            ]);
    }
}
