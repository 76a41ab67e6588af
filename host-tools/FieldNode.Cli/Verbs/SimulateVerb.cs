using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FieldNode.Cli.Simulate;
using FieldNode.Log;
using FieldNode.Simulator.Load;
using FieldNode.Simulator.Worlds;
using Spectre.Console;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode simulate: replays a field operation and checks its promise.</summary>
internal static class SimulateVerb
{
    /// <summary>JSON format of reports.</summary>
    internal static readonly JsonSerializerOptions ReportJson = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Command()
    {
        var scenario = new Option<string>("--scenario")
        {
            Description = $"{Help.Text("simulate --scenario")} "
            + $"{string.Join(' ', ScenarioFile.All.Select(known => known.Name))} city all",
            HelpName = "FILE|NAME",
            Required = true
        };
        var seed = Options.Number("--seed", 0, int.MaxValue);
        seed.Description = Help.Text("simulate --seed");
        seed.HelpName = "N";
        seed.DefaultValueFactory = _ => 1;
        var faults = new Option<string>("--faults")
        {
            Description = Help.Text("simulate --faults"),
            HelpName = "HOW",
            DefaultValueFactory = _ => "field"
        };
        faults.AcceptOnlyFromAmong("none", "field", "hostile");
        var seeds = Options.Number("--seeds", 1, 1_000_000);
        seeds.Description = Help.Text("simulate --seeds");
        seeds.HelpName = "N";
        var report = new Option<string?>("--report") { Description = Help.Text("simulate --report"), HelpName = "FILE" };
        var keep = new Option<string?>("--keep") { Description = Help.Text("simulate --keep"), HelpName = "DIR" };
        var store = new Option<string?>("--store") { Description = Help.Text("simulate --store"), HelpName = "URL" };
        var command = new Command("simulate", Help.Text("simulate"))
        { scenario, seed, seeds, faults, report, keep, store };
        command.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(seeds) is not null || parsed.GetRequiredValue(scenario) == SweepRun.All)
            {
                return Task.FromResult(Sweep(parsed, scenario, seed, seeds, faults, cancel));
            }

            return One(parsed, parsed.GetRequiredValue(scenario), parsed.GetValue(seed)!.Value, faults, parsed.GetValue(store),
                parsed.GetValue(keep), parsed.GetValue(report), cancel);
        });
        return command;
    }

    private static Task<int> One(ParseResult parsed, string name, int seed, Option<string> faults, string? store, string? keep,
        string? report, CancellationToken cancel)
    {
        if (FindCity(name) is { } city)
        {
            if (parsed.GetResult(faults) is { Implicit: false })
            {
                throw new HostFault("is-a-city", ExitCode.Usage,
                    "--faults is only for simulated lanes: a city's faults are in its file (outageAtHour, outageHours, "
                    + "lostAnswers)", "--faults 只用于模拟通道的场景：城市场景的故障写在其文件中（outageAtHour、outageHours、lostAnswers）");
            }

            return CityVerb.Run(city, name, seed, store, keep, report, cancel);
        }

        if (store is not null)
        {
            throw new HostFault("not-a-city", ExitCode.Usage, $"--store is only for a city scenario: {name} is not one",
                $"--store 只用于城市场景：{name} 不是");
        }

        var chosen = Find(name);
        var how = Enum.Parse<Faults>(parsed.GetRequiredValue(faults), ignoreCase: true);
        var replay = $"fieldnode simulate --scenario {name} --seed {seed} --faults {how.ToString().ToLowerInvariant()}";
        SimulateResult result;
        try
        {
            result = Run(chosen, seed, how, keep, cancel);
        }
        catch (ScenarioException e)
        {
            throw new HostFault("scenario-stuck", ExitCode.Failed, $"{e.Message}. BROKEN. Repeat with: {replay}",
                $"{e.Message}。承诺未兑现。重现：{replay}");
        }

        return Task.FromResult(Finish(report, () => Print(result), () => Json(result, replay), result.IsKept, result.Took,
            replay));
    }

    private static int Sweep(ParseResult parsed, Option<string> scenario, Option<int?> seed, Option<int?> seeds, Option<string> faults,
        CancellationToken cancel)
    {
        var name = parsed.GetRequiredValue(scenario);
        IReadOnlyList<Scenario> scenarios = name == SweepRun.All ? [.. ScenarioFile.All] : [Find(name)];
        var first = parsed.GetResult(seed) is { Implicit: false } ? parsed.GetValue(seed) : null;
        return SweepRun.Run(name, scenarios, first, parsed.GetValue(seeds) ?? 1,
            Enum.Parse<Faults>(parsed.GetRequiredValue(faults), ignoreCase: true), cancel);
    }

    /// <summary>Reports the result of a simulation; returns the exit code.</summary>
    /// <param name="report">File for all figures as JSON; "-" for standard output, instead of the tables; null for none.</param>
    internal static int Finish(string? report, Action print, Func<string> json, bool isKept, TimeSpan took, string replay)
    {
        if (report != "-")
        {
            print();
        }

        if (report is not null)
        {
            using var stream = OutputFile.Open(report);
            stream.Write(Encoding.UTF8.GetBytes(json() + "\n"));
        }

        Say.Info(isKept ? Say.In($"KEPT in {took.TotalSeconds:F1} s", $"承诺兑现，用时 {took.TotalSeconds:F1} 秒")
            : Say.In($"BROKEN. Repeat with: {replay}", $"承诺未兑现。重现：{replay}"));
        return isKept ? ExitCode.Done : ExitCode.Failed;
    }

    private static Scenario Find(string nameOrPath) => Read(() => ScenarioFile.Find(nameOrPath));

    private static CityScenario? FindCity(string nameOrPath) => Read(() => CityScenario.Find(nameOrPath));

    private static T Read<T>(Func<T> find)
    {
        try
        {
            return find();
        }
        catch (ScenarioException e)
        {
            throw new HostFault("bad-scenario", ExitCode.Usage, e.Message, e.Message);
        }
    }

    private static SimulateResult Run(Scenario scenario, int seed, Faults faults, string? keep, CancellationToken cancel)
    {
        var people = Math.Max(1, scenario.People);
        if (!Terminal.IsInteractive)
        {
            return SimulateRun.Run(scenario, seed, faults, keep, _ => { }, cancel);
        }

        SimulateResult? result = null;
        Terminal.Error.Progress().Start(context =>
        {
            var bar = context.AddTask(Markup.Escape(scenario.Title), maxValue: people);
            result = SimulateRun.Run(scenario, seed, faults, keep, world =>
            {
                bar.Value = Math.Min(people, world.Lanes.Sum(lane => lane.Volunteer.Sampled));
                bar.Description = Markup.Escape($"{scenario.Title} {world.Now:MM-dd HH:mm}");
            }, cancel);
            bar.Value = people;
        });
        return result!;
    }

    private static void Print(SimulateResult result)
    {
        Console.Out.WriteLine($"{result.Scenario.Row}  {result.Scenario.Title}");
        Console.Out.WriteLine(result.Scenario.Promise);
        PrintChecks(result.Checks);
    }

    internal static void PrintChecks(IEnumerable<Check> checks)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("", Say.In("figure", "指标"), Say.In("expected", "应为"), Say.In("found", "实为"));
        foreach (var check in checks)
        {
            table.AddRow(check.Holds ? "✓" : "✗", Markup.Escape(check.Figure), Markup.Escape(check.Expected),
                check.Actual.ToString(CultureInfo.InvariantCulture));
        }

        Terminal.Output.Write(table);
    }

    private static string Json(SimulateResult result, string replay)
    {
        return JsonSerializer.Serialize(new
        {
            scenario = result.Scenario.Name,
            row = result.Scenario.Row,
            promise = result.Scenario.Promise,
            seed = result.Seed,
            faults = result.Faults.ToString().ToLowerInvariant(),
            kept = result.IsKept,
            checks = result.Checks,
            figures = result.Figures,
            seconds = Math.Round(result.Took.TotalSeconds, 1),
            replay,
        }, ReportJson);
    }
}
