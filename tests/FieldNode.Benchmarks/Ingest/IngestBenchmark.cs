using System.Diagnostics;
using System.Globalization;
using FieldNode.Answers;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FieldNode.Benchmarks.Ingest;

/// <summary>
/// The rush after an outage: the nodes' whole backlog is uploaded as fast as 64 connections carry it, to a real <c>fieldnode serve</c> on
/// SQLite and on PostgreSQL, and to peers that get the same requests in the same run (<see cref="Peers"/>). Each server is warmed up,
/// because the rush meets a host that has run for hours.
/// </summary>
internal static class IngestBenchmark
{
    private const double GoalOverWeb = 1.0;
    private const double GoalMicroseconds = 8;
    private const double GoalSeconds = 20;
    private const int Nodes = 640;
    private const int WarmUp = 4; // batches of each node, before the clock runs
    private const int CommitPerRequestShare = 10;

    public static async Task<int> Run(int batches, int rounds, bool json)
    {
        using var postgres = PostgresServer.Start();
        List<Round> measured = [];
        for (var round = 0; round < rounds; round++)
        {
            var echo = await MeasurePeer(Peers.Echo, batches);
            var each = await MeasurePeer(Peers.CommitPerRequest, batches / CommitPerRequestShare);
            var together = await MeasurePeer(Peers.GroupCommit, batches);
            var web = await MeasurePeer(Peers.Web, batches);
            var sharedWeb = await MeasurePeer(Peers.Web, batches, postgres.Database($"web{round}"));
            var sqlite = await MeasureHost(batches, database: null);
            var shared = await MeasureHost(batches, postgres.Database($"round{round}"));
            measured.Add(new Round(echo, each, together, web, sharedWeb, sqlite, shared));
            Console.Error.WriteLine($"round {round + 1} of {rounds}: batches/s (CPU µs a record): {echo} echo, {each} commit per "
                + $"request, {together} group commit of the batch alone, {web} web application's table, {sharedWeb} the same in "
                + $"PostgreSQL, {sqlite} SQLite, {shared} PostgreSQL");
        }

        return Report(batches, measured, json);
    }

    private static int Report(int batches, List<Round> rounds, bool json)
    {
        double Median(Func<Round, double> figure) => rounds.Select(figure).Order().ElementAt(rounds.Count / 2);
        (string Name, double Value, double? Goal, bool IsMet)[] figures =
        [
            AtLeast("ingestOverWeb", Median(round => round.Sqlite.PerSecond / round.Web.PerSecond), GoalOverWeb),
            AtLeast("ingestPostgresOverWeb", Median(round => round.Postgres.PerSecond / round.SharedWeb.PerSecond), GoalOverWeb),
            AtMost("microsecondsARecord", Median(round => round.Sqlite.Microseconds), GoalMicroseconds),
            AtMost("microsecondsPostgres", Median(round => round.Postgres.Microseconds), GoalMicroseconds),
            ("microsecondsWeb", Median(round => round.Web.Microseconds), null, true),
            ("batchesASecond", Median(round => round.Sqlite.PerSecond), null, true),
            ("batchesPostgres", Median(round => round.Postgres.PerSecond), null, true),
            ("ingestOverEcho", Median(round => round.Sqlite.PerSecond / round.Echo.PerSecond), null, true),
            ("ingestPostgresOverEcho", Median(round => round.Postgres.PerSecond / round.Echo.PerSecond), null, true),
            ("ingestOverCommitPerRequest", Median(round => round.Sqlite.PerSecond / round.CommitPerRequest.PerSecond), null, true),
            ("ingestOverGroupCommit", Median(round => round.Sqlite.PerSecond / round.GroupCommit.PerSecond), null, true),
            AtMost("drainSeconds", Median(round => round.Sqlite.Seconds), GoalSeconds),
            AtMost("drainSecondsPostgres", Median(round => round.Postgres.Seconds), GoalSeconds),
            AtMost("refused", rounds.Sum(round => round.Sqlite.Refused + round.Postgres.Refused), 0),
            AtMost("lost", rounds.Sum(round => round.Sqlite.Lost + round.Postgres.Lost), 0),
        ];
        if (json)
        {
            Console.Out.WriteLine(JsonFigures.Of(new
            {
                batches,
                rounds,
                figures = figures.ToDictionary(figure => figure.Name, figure => Math.Round(figure.Value, 3))
            }));
        }
        else
        {
            foreach (var (name, value, goal, isMet) in figures)
            {
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name,-28} {value,8:0.###}{(goal is null ? "" : $"   goal {goal,5:0.##}   {(isMet ? "met" : "NOT MET")}")}"));
            }
        }

        return figures.All(figure => figure.IsMet) ? 0 : 1;
    }

    private static (string, double, double?, bool) AtLeast(string name, double value, double goal) => (name, value, goal, value >= goal);

    private static (string, double, double?, bool) AtMost(string name, double value, double goal) => (name, value, goal, value <= goal);

    private static async Task<Drain> MeasurePeer(string kind, int batches, string? postgres = null)
    {
        var directory = Directory.CreateTempSubdirectory("fieldnode-ingest-").FullName;
        try
        {
            var waiting = new WaitingBatches(AnsweringStore.Open(Path.Combine(directory, "data")), Nodes, Math.Max(Nodes, batches)
                + WarmUp * Nodes);
            return await Measure(waiting,
                url => Start("FieldNode.Benchmarks", ["peer", kind, url, directory, .. postgres is null ? (string[])[] : [postgres]]));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<Drain> MeasureHost(int batches, string? database)
    {
        var directory = Directory.CreateTempSubdirectory("fieldnode-ingest-").FullName;
        try
        {
            var data = Path.Combine(directory, "data");
            Directory.CreateDirectory(data);
            var store = AnsweringStore.Open(data, database: database);
            var waiting = new WaitingBatches(store, Nodes, batches + WarmUp * Nodes);
            string[] where = database is null ? [] : ["--store", database];
            var drain = await Measure(waiting,
                url => Start("fieldnode", ["serve", "--data", data, .. where, "--urls", url, "--plain-http", "--log", "off"]));
            return drain with { Lost = waiting.Records - new LogStatus(store).Epochs().Sum(epoch => (long)epoch.Records) };
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<Drain> Measure(WaitingBatches waiting, Func<string, Process> start)
    {
        var url = $"http://127.0.0.1:{FreePort.Take()}";
        using var server = start(url);
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(url) };
            await Serve.WaitUntilReady(client);
            await waiting.Send(client.BaseAddress, 0, WarmUp);
            server.Refresh();
            var (clock, before) = (Stopwatch.StartNew(), server.TotalProcessorTime);
            var refused = await waiting.Send(client.BaseAddress, WarmUp, waiting.PerNode - WarmUp);
            var seconds = clock.Elapsed.TotalSeconds;
            server.Refresh();
            var count = waiting.Count - WarmUp * Nodes;
            return new Drain(count / seconds, seconds,
                (server.TotalProcessorTime - before).TotalMicroseconds / count / WaitingBatches.Frames, refused, 0);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private static Process Start(string program, params string[] arguments)
    {
        return Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program),
            arguments)
        { RedirectStandardError = program == "fieldnode" })!;
    }

    /// <param name="PerSecond">Batches per second.</param>
    /// <param name="Microseconds">Processor time of the server's process per record, user and system.</param>
    /// <param name="Lost">Acknowledged records that are missing.</param>
    private sealed record Drain(double PerSecond, double Seconds, double Microseconds, int Refused, long Lost)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerSecond:F0} ({Microseconds:F1})");
    }

    private sealed record Round(Drain Echo, Drain CommitPerRequest, Drain GroupCommit, Drain Web, Drain SharedWeb, Drain Sqlite,
        Drain Postgres);
}
