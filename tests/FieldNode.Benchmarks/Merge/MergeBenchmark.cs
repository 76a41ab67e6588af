using System.Diagnostics;
using System.Globalization;
using FieldNode.Benchmarks.Plots;
using FieldNode.Answers;
using FieldNode.Log.Store;
using Microsoft.Data.Sqlite;

namespace FieldNode.Benchmarks.Merge;

/// <summary>
/// Files of a thousand nodes, with one in five batches twice, merged by the real command. Compared in one run with the minimum work of a
/// merge (<see cref="Ceiling"/>) and with other programs on the same records as lines (<see cref="MergePeers"/>). Also measures how time
/// and memory grow with the records.
/// </summary>
internal static class MergeBenchmark
{
    private const double GoalOverCeiling = 5;
    private const double GoalOverDuckDb = 1;
    private const double GoalPeakMb = 300;
    private const double GrowthLeast = 0.95;
    private const double GrowthMost = 1.05;
    private const double GoalMemoryGrowth = 1.2;
    private const int GrowthFrom = 1_000_000; // below this, most of the time is the program's start
    private const int NodesMax = 1000;
    private const int RecordsPerNode = 5000;

    public static int Merge(int records, int rounds, bool json)
    {
        var measured = Enumerable.Range(0, rounds).Select(_ => Measure(records, withPeers: true)).ToList();
        double Median(Func<Measured, double> figure) => Middle(measured.Select(figure));
        (string Name, double Value, double? Goal)[] figures =
        [
            ("mergeSeconds", Median(one => one.Seconds), null),
            ("mergeOverCeiling", Median(one => one.Seconds / one.CeilingSeconds), GoalOverCeiling),
            ("mergeOverDuckDb", Median(one => one.Seconds / one.DuckDbSeconds), GoalOverDuckDb),
            ("mergeOverSqlite3", Median(one => one.Seconds / one.Sqlite3Seconds), null),
            ("mergeOverSort", Median(one => one.Seconds / one.SortSeconds), null),
            ("mergePeakMb", Median(one => one.PeakMb), GoalPeakMb),
        ];
        Tell(json, new { records, rounds = measured }, figures, value => value.Goal is null || value.Value <= value.Goal);
        return figures.All(figure => figure.Goal is null || figure.Value <= figure.Goal) ? 0 : 1;
    }

    /// <param name="plots">Directory for growth.svg and growth.png; null for no plots.</param>
    public static int Grow(int[] sizes, int rounds, string? plots, bool json)
    {
        // Round by round, so that a disturbance does not affect only one size.
        var all = Enumerable.Range(0, rounds).SelectMany(_ => sizes.Order().Select(records => Measure(records, withPeers: false))).ToList();
        var measured = all.GroupBy(one => one.Records).OrderBy(size => size.Key)
            .Select(size => size.First() with
            {
                Seconds = Middle(size.Select(one => one.Seconds)),
                PeakMb = Middle(size.Select(one => one.PeakMb)),
            }).ToList();
        var large = measured.Where(one => one.Records >= GrowthFrom).ToList();
        if (large.Count < 2)
        {
            Console.Error.WriteLine($"--sizes needs at least two sizes of {GrowthFrom} records or more, to measure growth");
            return 2;
        }

        var exponent = Slope([.. large.Select(one => (Math.Log(one.Records), Math.Log(one.Seconds)))]);
        var memory = large.Max(one => one.PeakMb) / large.Min(one => one.PeakMb);
        if (plots is not null)
        {
            Sheet.Write(Path.Combine(plots, "growth.png"),
                new SheetPanel("seconds of a merge", "records",
                    [new SheetLine("", "#1F6FB2", [.. measured.Select(one => ((double)one.Records, one.Seconds))])])
                { IsLog = true },
                new SheetPanel("peak memory, MB", "records, millions",
                    [new SheetLine("", "#2C7A4B", [.. measured.Select(one => (one.Records / 1e6, one.PeakMb))])]));
        }

        (string Name, double Value, double? Goal)[] figures =
            [("growthExponent", exponent, GrowthMost), ("memoryGrowth", memory, GoalMemoryGrowth)];
        Tell(json, new { rounds = all, sizes = measured }, figures, value => value.Value <= value.Goal
            && (value.Name != "growthExponent" || value.Value >= GrowthLeast));
        return exponent is >= GrowthLeast and <= GrowthMost && memory <= GoalMemoryGrowth ? 0 : 1;
    }

    private static void Tell(bool json, object what, (string Name, double Value, double? Goal)[] figures,
        Func<(string Name, double Value, double? Goal), bool> isMet)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonFigures.Of(new
            {
                what,
                figures = figures.ToDictionary(figure => figure.Name, figure => Math.Round(figure.Value, 3))
            }));
            return;
        }

        foreach (var figure in figures)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{figure.Name,-18} {figure.Value,8:0.##}"
                + $"{(figure.Goal is { } goal ? $"   goal {goal:0.##}   {(isMet(figure) ? "met" : "NOT MET")}" : "")}"));
        }
    }

    private static Measured Measure(int records, bool withPeers)
    {
        var directory = Directory.CreateTempSubdirectory("fieldnode-merge-").FullName;
        try
        {
            var (data, files) = (Path.Combine(directory, "data"), Path.Combine(directory, "files"));
            var store = AnsweringStore.Open(data);
            NodeFiles.Write(store, files, Math.Clamp(records / RecordsPerNode, 1, NodesMax), records);
            SqliteConnection.ClearAllPools();
            var (seconds, peakMb) = Run("fieldnode", ["merge", .. Directory.GetFiles(files), "--data", data]);
            var stored = new LogStatus(store).Epochs().Sum(epoch => (long)epoch.Records);
            var ceiling = withPeers ? Run("FieldNode.Benchmarks", "ceiling", files, Path.Combine(directory, "sorted")).Seconds : 0;
            var (sort, sqlite3, duckDb) = withPeers ? MergePeers.Measure(files, directory) : default;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stored} records: {seconds:F1} s, {peakMb:F0} MB"
                + $"{(withPeers ? $"; ceiling {ceiling:F1} s, sort -u {sort:F1} s, sqlite3 {sqlite3:F1} s, DuckDB {duckDb:F1} s" : "")}"));
            return new Measured(stored, seconds, peakMb, ceiling, sort, sqlite3, duckDb);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    // Polls the process's memory while it runs: Linux keeps the peak in VmHWM.
    private static (double Seconds, double PeakMb) Run(string program, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program),
            arguments)
        { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var peak = 0.0;
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(50)))
        {
            process.Refresh();
            peak = Math.Max(peak, process.HasExited ? 0 : process.PeakWorkingSet64 > 0 ? process.PeakWorkingSet64 : process.WorkingSet64);
        }

        return process.ExitCode == 0 ? (clock.Elapsed.TotalSeconds, peak / 1_000_000)
            : throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}");
    }

    private static double Middle(IEnumerable<double> values) => values.Order().ToList() is { Count: var count } sorted ? sorted[count / 2]
        : 0;

    private static double Slope(List<(double X, double Y)> points)
    {
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }

    /// <param name="Records">Number of records in the union.</param>
    private sealed record Measured(long Records, double Seconds, double PeakMb, double CeilingSeconds, double SortSeconds,
        double Sqlite3Seconds, double DuckDbSeconds);
}
