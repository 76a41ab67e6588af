using System.CommandLine;
using FieldNode.Benchmarks.Attack;
using FieldNode.Benchmarks.Ingest;
using FieldNode.Benchmarks.Merge;
using FieldNode.Benchmarks.Plots;
using FieldNode.Benchmarks.Query;
using FieldNode.Benchmarks.Ring;
using FieldNode.Benchmarks.Soak;

var json = new Option<bool>("--json") { Description = "Print one JSON object instead of tables", Recursive = true };
var ring = new Command("ring", "The flash ring on an emulated NOR: counted operations beside the goals and the peers' published figures. "
    + "Exit 1 when a goal is not met.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- ring --json");
ring.SetAction(parsed => RingBenchmark.Run(parsed.GetValue(json)));
var records = new Option<int>("--records") { Description = "Number of records of the day", DefaultValueFactory = _ => 5_000_000 };
var query = new Command("query", "Every answer of a real serve over a district's day: p95 of each answer and memory, beside "
    + "the goals. Exit 1 when a goal is not met.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- query "
    + "--records 5000000 --json") { records };
query.SetAction((parsed, _) => QueryBenchmark.Run(parsed.GetValue(records), parsed.GetValue(json)));
var seconds = new Option<int>("--seconds") { Description = "Duration of each quiet phase and each attack", DefaultValueFactory = _ => 30 };
var rounds = new Option<int>("--rounds")
{
    Description = "Rounds of quiet and attack; the median counts",
    DefaultValueFactory = _ => 3
};
var attack = new Command("attack", "Honest uploads over TLS, undisturbed and under attack, in one run: slow sockets, 10,000 posts a second "
    + "with wrong tags, replays. Exit 1 when p99 doubles, or anything is stored that no honest node sent.\n\nExample:\n  dotnet run -c "
    + "Release --project tests/FieldNode.Benchmarks -- attack --json") { seconds, rounds };
attack.SetAction((parsed, _) => AttackBenchmark.Run(parsed.GetValue(seconds), parsed.GetValue(rounds), parsed.GetValue(json)));
var minutes = new Option<int>("--minutes") { Description = "Duration in minutes", DefaultValueFactory = _ => 60 };
var soak = new Command("soak", "A host's memory while nodes upload 1,000 records a second for an hour. Exit 1 when it keeps growing in the "
    + "second half.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- soak --minutes 60 --json") { minutes };
soak.SetAction((parsed, _) => SoakBenchmark.Run(parsed.GetValue(minutes), parsed.GetValue(json)));
var batches = new Option<int>("--batches") { Description = "Number of waiting batches of 50 records", DefaultValueFactory = _ => 20_000 };
var ingestRounds = new Option<int>("--rounds")
{
    Description = "Rounds for each server; the median counts",
    DefaultValueFactory = _ => 3
};
var ingest = new Command("ingest", "The rush after an outage, on SQLite and PostgreSQL, beside an echo, a commit per request, a group "
    + "commit of the batch alone, and a web application's table with a row for each record, in the same run; with the processor time per "
    + "record. Exit 1 when a goal is not met.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- ingest "
    + "--json") { batches, ingestRounds };
ingest.SetAction((parsed, _) => IngestBenchmark.Run(parsed.GetValue(batches), parsed.GetValue(ingestRounds), parsed.GetValue(json)));
var (kind, url, directory) = (new Argument<string>("KIND"), new Argument<string>("URL"), new Argument<string>("DIR"));
var database = new Argument<string?>("DATABASE") { Arity = ArgumentArity.ZeroOrOne };
var peer = new Command("peer", "A server that 'ingest' starts and compares with") { kind, url, directory, database };
peer.Hidden = true;
peer.SetAction((parsed, _) => Peers.Run(parsed.GetRequiredValue(kind), parsed.GetRequiredValue(url), parsed.GetRequiredValue(directory),
    parsed.GetValue(database)));
var merged = new Option<int>("--records") { Description = "Records in the files' union", DefaultValueFactory = _ => 4_000_000 };
var mergeRounds = new Option<int>("--rounds") { Description = "Rounds; the median counts", DefaultValueFactory = _ => 3 };
var merge = new Command("merge", "Files of a thousand nodes, merged by the real command, beside the minimum work of a merge, and sort "
    + "-u, sqlite3 and DuckDB. Exit 1 when a goal is not met.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks "
    + "-- merge --records 1000000 --json") { merged, mergeRounds };
merge.SetAction((parsed, _) =>
    Task.FromResult(MergeBenchmark.Merge(parsed.GetValue(merged), parsed.GetValue(mergeRounds), parsed.GetValue(json))));
var sizes = new Option<int[]>("--sizes")
{
    Description = "Numbers of records, in ascending order",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [100_000, 316_000, 1_000_000, 3_160_000, 10_000_000]
};
var plots = new Option<string?>("--plots") { Description = "Write growth.png into this directory", HelpName = "DIR" };
var growRounds = new Option<int>("--rounds") { Description = "Rounds for each size; the median counts", DefaultValueFactory = _ => 3 };
var grow = new Command("grow", "How the time and memory of a merge grow with the records. Exit 1 when a goal is not met.\n\nExample:\n  "
    + "dotnet run -c Release --project tests/FieldNode.Benchmarks -- grow --plots docs/images") { sizes, growRounds, plots };
grow.SetAction((parsed, _) =>
    Task.FromResult(MergeBenchmark.Grow(parsed.GetRequiredValue(sizes), parsed.GetValue(growRounds), parsed.GetValue(plots),
    parsed.GetValue(json))));
var cityReport = new Argument<string>("REPORT") { Description = "Report written by fieldnode simulate --scenario city --report" };
var cityPlots = new Option<string>("--plots")
{
    Description = "Write city.png into this directory",
    HelpName = "DIR",
    DefaultValueFactory = _ => "."
};
var city = new Command("city", "Draws a city's day.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- city "
    + "city.json --plots docs/images") { cityReport, cityPlots };
city.SetAction(parsed => CityDay.Draw(parsed.GetRequiredValue(cityReport), parsed.GetRequiredValue(cityPlots)));
var (files, sorted) = (new Argument<string>("DIR"), new Argument<string>("FILE"));
var ceiling = new Command("ceiling", "The minimum work of a merge, started by 'merge'") { files, sorted };
ceiling.Hidden = true;
ceiling.SetAction((parsed, _) => Task.FromResult(Ceiling.Run(parsed.GetRequiredValue(files), parsed.GetRequiredValue(sorted))));
var (port, captured, far) = (new Argument<int>("PORT"), new Argument<string>("FILE"), new Argument<string>("FAR"));
var attackers = new Command("attackers", "The attackers, started by 'attack'") { port, captured, far };
attackers.Hidden = true;
attackers.SetAction(async (parsed, _) =>
{
    using var all = new Attackers(parsed.GetValue(port), File.ReadAllBytes(parsed.GetRequiredValue(captured)),
        FarBatches.Read(File.ReadAllBytes(parsed.GetRequiredValue(far))));
    return await all.Run();
});
return new RootCommand("Measures FieldNode against its peers or limits.") { json, ring, query, ingest, merge, grow, city, peer, ceiling,
    attack, soak, attackers }.Parse(args).Invoke();
