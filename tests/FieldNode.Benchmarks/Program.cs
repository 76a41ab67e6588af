using System.CommandLine;
using FieldNode.Benchmarks.Ring;

var json = new Option<bool>("--json") { Description = "Print one JSON object instead of tables", Recursive = true };
var ring = new Command("ring", "The flash ring on an emulated NOR: counted operations beside the goals and the peers' published figures. Exit 1 when a goal is not met.\n\nExample:\n  dotnet run -c Release --project tests/FieldNode.Benchmarks -- ring --json");
ring.SetAction(parsed => RingBenchmark.Run(parsed.GetValue(json)));
return new RootCommand("Measures FieldNode beside its peers or limits.") { json, ring }.Parse(args).Invoke();
