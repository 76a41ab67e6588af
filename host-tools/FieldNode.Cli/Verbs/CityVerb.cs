using System.Globalization;
using System.Text.Json;
using FieldNode.Cli.Simulate;
using FieldNode.Cli.Simulate.City;
using FieldNode.Log;
using FieldNode.Simulator.Load;
using Spectre.Console;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode simulate --scenario city: a whole city's load on real hosts.</summary>
internal static class CityVerb
{
    public static async Task<int> Run(CityScenario city, string scenario, int seed, string? database, string? keep, string? report,
        CancellationToken cancel)
    {
        SimulateRun.CheckKeep(keep);
        var replay = $"fieldnode simulate --scenario {scenario} --seed {seed}{(database is null ? "" : " --store …")}";
        CityResult result;
        try
        {
            result = await Watch(city, seed, database, keep, cancel);
        }
        catch (InvalidDataException e)
        {
            throw new HostFault("city-broken", ExitCode.Failed, $"{e.Message}. BROKEN. Repeat with: {replay}",
                $"{e.Message}。承诺未兑现。重现：{replay}");
        }

        return SimulateVerb.Finish(report, () => Print(result), () => Json(result, replay), result.IsKept, result.Took, replay);
    }

    private static async Task<CityResult> Watch(CityScenario city, int seed, string? database, string? keep, CancellationToken cancel)
    {
        if (!Terminal.IsInteractive)
        {
            return await CityRun.Run(city, seed, database, keep, _ => { }, cancel);
        }

        CityResult? result = null;
        await Terminal.Error.Progress().StartAsync(async context =>
        {
            var bar = context.AddTask(Markup.Escape(city.Title),
                maxValue: city.Nodes * (double)LaneLog.RecordsOf(city.People / city.Nodes));
            result = await CityRun.Run(city, seed, database, keep, moment =>
            {
                bar.Value = moment.Acknowledged;
                bar.Description = Say.In($"hour {moment.Hour:F1}, {moment.Waiting:N0} records waiting, host {moment.HostMb:F0} MB",
                    $"第 {moment.Hour:F1} 小时，{moment.Waiting:N0} 条待传，主机 {moment.HostMb:F0} MB");
            }, cancel);
            bar.Value = bar.MaxValue;
        });
        return result!;
    }

    private static void Print(CityResult result)
    {
        Console.Out.WriteLine(result.City.Title);
        Console.Out.WriteLine(result.City.Promise);
        SimulateVerb.PrintChecks(result.Checks);
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns(Say.In("figure", "指标"), Say.In("found", "实为"));
        foreach (var (name, value) in result.Figures.Where(figure => !result.Checks.Any(check => check.Figure == figure.Key)))
        {
            table.AddRow(Markup.Escape(name), value.ToString("#,##0.###", CultureInfo.InvariantCulture));
        }

        Terminal.Output.Write(table);
    }

    private static string Json(CityResult result, string replay)
    {
        return JsonSerializer.Serialize(new
        {
            scenario = result.City.Name,
            promise = result.City.Promise,
            seed = result.Seed,
            kept = result.IsKept,
            checks = result.Checks,
            figures = result.Figures,
            outage = new { from = result.City.OutageAtHour, to = result.City.OutageAtHour + result.City.OutageHours },
            moments = result.Moments,
            seconds = Math.Round(result.Took.TotalSeconds, 1),
            replay,
        }, SimulateVerb.ReportJson);
    }
}
