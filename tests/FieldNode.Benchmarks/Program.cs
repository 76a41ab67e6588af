using System.CommandLine;
using FieldNode.Benchmarks.Query;
using FieldNode.Benchmarks.Ring;

var json = new Option<bool>("--json") { Description = "Print one JSON object instead of tables", Recursive = true };
var ring = new Command("ring", "The flash ring on an emulated NOR: counted operations beside the goals and the peers' published figures. Exit 1 when a goal is not met.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- ring --json");
ring.SetAction(parsed => RingBenchmark.Run(parsed.GetValue(json)));
var records = new Option<int>("--records") { Description = "Records of the day that is asked about", DefaultValueFactory = _ => 5_000_000 };
var query = new Command("query", "Every answer of a host over a district's day, asked of a real serve: p95 by name and its memory, beside the goals. Exit 1 when a goal is not met.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- query --records 5000000 --json") { records };
query.SetAction((parsed, _) => QueryBenchmark.Run(parsed.GetValue(records), parsed.GetValue(json)));
return new RootCommand("Measures FieldNode beside its peers or limits.") { json, ring, query }.Parse(args).Invoke();
