using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace FieldNode.Cli.Demo;

/// <summary>Report of a demo: totals compared with the ground truth, on the terminal, as JSON and as a page.</summary>
internal static class DemoReport
{
    public static void Print(DemoResult result, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                scenario = result.Scenario.Alias,
                seed = result.Seed,
                people = result.Truth.Truth,
                merged = result.Truth.Merged,
                lost = result.Truth.Lost,
                doubled = result.Truth.Doubled,
                extra = result.Truth.Extra,
                wrong = result.Truth.Wrong,
                records = result.Records,
                recordsPerSecond = Math.Round(result.Records / result.Took.TotalSeconds),
                seconds = Math.Round(result.Took.TotalSeconds, 1),
                peakMemoryMb = result.PeakMemoryBytes / 1_000_000,
                powerCuts = result.PowerCuts,
                hostKills = result.HostKills,
            }));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("", Say.In("volunteers saw", "志愿者所见"), Say.In("merged log", "合并日志"), Say.In("lost", "丢失"), Say.In("doubled", "重复"),
            Say.In("wrong", "错误"));
        foreach (var (name, truth, merged, lost, doubled, wrong) in Lines(result))
        {
            table.AddRow(name, $"{truth}", $"{merged}", lost, doubled, wrong);
        }

        Terminal.Output.Write(table);
        Console.Out.WriteLine(Facts(result));
        Console.Out.WriteLine(Say.In(
            $"{(result.Truth.IsEqual ? "EQUAL" : "DIFFERENT")}: see {result.OutputPath}/report.html, merged.csv, oled-*.png. Repeat with: "
                + $"fieldnode demo --scenario {result.Scenario.Alias} --seed {result.Seed}",
            $"{(result.Truth.IsEqual ? "一致" : "不一致")}：见 {result.OutputPath}/report.html、merged.csv、oled-*.png。重现：fieldnode demo "
                + $"--scenario {result.Scenario.Alias} --seed {result.Seed}"));
    }

    public static string Html(DemoResult result)
    {
        var rows = new StringBuilder();
        foreach (var (name, truth, merged, lost, doubled, wrong) in Lines(result))
        {
            rows.Append(CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{WebUtility.HtmlEncode(name)}</th><td>{truth}</td><td>{merged}</td>"
                    + $"<td>{lost}</td><td>{doubled}</td><td>{wrong}</td></tr>\n");
        }

        var pictures = string.Concat(result.World.Lanes.Select(lane => $"<figure><img src=\"oled-{lane.Plan.Lane}.png\" alt=\"OLED "
            + $"{lane.Plan.Lane}\"><figcaption>{lane.Plan.Site} {lane.Plan.Lane}</figcaption></figure>\n"));
        var verdict = result.Truth.IsEqual ? Say.In("The merged log is what the volunteers saw.", "合并日志与志愿者所见一致。")
            : Say.In("The merged log differs from what the volunteers saw.", "合并日志与志愿者所见不一致。");
        return $$"""
            <!doctype html>
            <html lang="{{Say.In("en", "zh")}}">
            <meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>FieldNode: {{result.Scenario.Alias}}</title>
            <style>
            :root { color-scheme: light dark }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums }
            th, td { padding: .3rem .8rem; border-bottom: 1px solid #8886; text-align: right }
            th:first-child { text-align: left }
            .verdict { font-size: 1.3rem; padding: .6rem 1rem; border-left: .5rem solid {{(result.Truth.IsEqual ? "#2a7" : "#c33")}} }
            .screens { display: flex; flex-wrap: wrap; gap: 1rem } figure { margin: 0 } img { width: 18rem; border-radius: .3rem }
            </style>
            <h1>FieldNode: {{result.Scenario.Alias}}</h1>
            <p class="verdict">{{verdict}}</p>
            <table>
            <tr><th></th><th>{{Say.In("volunteers saw", "志愿者所见")}}</th><th>{{Say.In("merged log", "合并日志")}}</th>
                <th>{{Say.In("lost", "丢失")}}</th><th>{{Say.In("doubled", "重复")}}</th><th>{{Say.In("wrong", "错误")}}</th></tr>
            {{rows}}</table>
            <p>{{WebUtility.HtmlEncode(Facts(result))}}</p>
            <h2>{{Say.In("The lanes' screens at the end", "结束时各通道屏幕")}}</h2>
            <div class="screens">
            {{pictures}}</div>
            </html>

            """;
    }

    private static IEnumerable<(string Name, int Truth, int Merged, string Lost, string Doubled, string Wrong)> Lines(DemoResult result)
    {
        var merged = result.People.GroupBy(row => row.Lane).ToDictionary(group => group.Key, group => group.Count());
        foreach (var lane in result.World.Lanes)
        {
            var truth = result.World.Truth.People.Count(person => person.Lane == lane.Plan.Lane);
            yield return ($"{lane.Plan.Site} {lane.Plan.Lane}", truth, merged.GetValueOrDefault(lane.Plan.Lane), "", "", "");
        }

        yield return (Say.In("all", "合计"), result.Truth.Truth, result.Truth.Merged, $"{result.Truth.Lost}", $"{result.Truth.Doubled}",
            $"{result.Truth.Extra + result.Truth.Wrong}");
    }

    private static string Facts(DemoResult result)
    {
        var seconds = result.Took.TotalSeconds;
        return Say.In(
            $"{result.Tubes} tubes, {result.Records} records in {result.Batches} acknowledged batches; {result.PowerCuts} power cuts, "
                + $"{result.HostKills} host kills, {result.Scenario.LinkOutages.Count} Wi-Fi outages. {result.Simulated:h\\:mm} hours in "
                + $"{seconds:F1} s: {result.Records / seconds:F0} records/s, peak memory {result.PeakMemoryBytes / 1e6:F0} MB.",
            $"{result.Tubes} 管，{result.Records} 条记录，{result.Batches} 批已确认；断电 {result.PowerCuts} 次，主机被终止 {result.HostKills} 次，Wi-Fi 中断 "
                + $"{result.Scenario.LinkOutages.Count} 次。{result.Simulated:h\\:mm} 小时用时 {seconds:F1} 秒：每秒 {result.Records / seconds:F0} "
                + $"条，内存峰值 {result.PeakMemoryBytes / 1e6:F0} MB。");
    }
}
