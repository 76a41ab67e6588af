using System.CommandLine;
using FieldNode.Cli.Demo;
using FieldNode.Log;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode demo: simulates a site's day on this machine, with the faults of the field.</summary>
internal static class DemoVerb
{
    public static Command Command()
    {
        var days = ScenarioFile.All.Where(day => day.Alias is not null).ToList();
        var scenario = new Option<string>("--scenario")
        {
            Description = string.Join(" | ", days.Select(day => day.Alias)),
            HelpName = "NAME",
            DefaultValueFactory = _ => "site"
        };
        scenario.AcceptOnlyFromAmong([.. days.Select(day => day.Alias!)]);
        var output = new Option<string>("--out")
        {
            Description = Help.Text("demo --out"),
            HelpName = "DIR",
            DefaultValueFactory = _ => "demo-out"
        };
        var seed = Options.Number("--seed", 0, int.MaxValue);
        seed.Description = Help.Text("demo --seed");
        seed.HelpName = "N";
        seed.DefaultValueFactory = _ => 1;
        var json = Options.Json();
        var command = new Command("demo", Help.Text("demo"))
        { scenario, output, seed, json };
        command.SetAction((parsed, cancel) =>
        {
            var chosen = days.First(day => day.Alias == parsed.GetRequiredValue(scenario));
            var result = new DemoRun(chosen, parsed.GetValue(seed)!.Value, parsed.GetRequiredValue(output)).Run(cancel);
            DemoReport.Print(result, parsed.GetValue(json));
            return Task.FromResult(result.Truth.IsEqual ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }
}
