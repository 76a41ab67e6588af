using System.CommandLine;
using FieldNode.Benchmarks.Attack;
using FieldNode.Benchmarks.Ingest;
using FieldNode.Benchmarks.Query;
using FieldNode.Benchmarks.Ring;

var json = new Option<bool>("--json") { Description = "Print one JSON object instead of tables", Recursive = true };
var ring = new Command("ring", "The flash ring on an emulated NOR: counted operations beside the goals and the peers' published figures. Exit 1 when a goal is not met.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- ring --json");
ring.SetAction(parsed => RingBenchmark.Run(parsed.GetValue(json)));
var records = new Option<int>("--records") { Description = "Records of the day that is asked about", DefaultValueFactory = _ => 5_000_000 };
var query = new Command("query", "Every answer of a host over a district's day, asked of a real serve: p95 by name and its memory, beside the goals. Exit 1 when a goal is not met.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- query --records 5000000 --json") { records };
query.SetAction((parsed, _) => QueryBenchmark.Run(parsed.GetValue(records), parsed.GetValue(json)));
var seconds = new Option<int>("--seconds") { Description = "How long each quiet and each attack lasts", DefaultValueFactory = _ => 30 };
var rounds = new Option<int>("--rounds") { Description = "Quiet and attack, so many times; the median counts", DefaultValueFactory = _ => 3 };
var attack = new Command("attack", "Honest uploads over TLS in quiet and under attack, in one run: slow sockets, 10,000 posts a second with wrong tags, replays. Exit 1 when p99 doubles, or anything is stored that nobody honest sent.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- attack --json") { seconds, rounds };
attack.SetAction((parsed, _) => AttackBenchmark.Run(parsed.GetValue(seconds), parsed.GetValue(rounds), parsed.GetValue(json)));
var batches = new Option<int>("--batches") { Description = "Batches of 50 records that wait", DefaultValueFactory = _ => 20_000 };
var ingestRounds = new Option<int>("--rounds") { Description = "Each server, so many times; the median counts", DefaultValueFactory = _ => 3 };
var ingest = new Command("ingest", "The storm after an outage, on SQLite and PostgreSQL, beside an echo and a commit per request in the same run. Exit 1 when a goal is not met.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- ingest --json") { batches, ingestRounds };
ingest.SetAction((parsed, _) => IngestBenchmark.Run(parsed.GetValue(batches), parsed.GetValue(ingestRounds), parsed.GetValue(json)));
var (kind, url, directory) = (new Argument<string>("KIND"), new Argument<string>("URL"), new Argument<string>("DIR"));
var peer = new Command("peer", "A server that 'ingest' compares with, which starts it itself") { kind, url, directory };
peer.Hidden = true;
peer.SetAction((parsed, _) => Peers.Run(parsed.GetRequiredValue(kind), parsed.GetRequiredValue(url), parsed.GetRequiredValue(directory)));
var (port, captured) = (new Argument<int>("PORT"), new Argument<string>("FILE"));
var attackers = new Command("attackers", "The attackers of 'attack', which starts them itself") { port, captured };
attackers.Hidden = true;
attackers.SetAction(async (parsed, _) =>
{
    using var all = new Attackers(parsed.GetValue(port), File.ReadAllBytes(parsed.GetRequiredValue(captured)));
    return await all.Run();
});
return new RootCommand("Measures FieldNode beside its peers or limits.") { json, ring, query, ingest, peer, attack, attackers }.Parse(args).Invoke();
