using System.CommandLine;
using FieldNode.Cli.Demo;
using FieldNode.Log;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode demo: a site's day on this machine, with everything going wrong that goes wrong.</summary>
internal static class DemoVerb
{
    public static Command Command()
    {
        var days = ScenarioFile.All.Where(day => day.Alias is not null).ToList();
        var scenario = new Option<string>("--scenario") { Description = string.Join(" | ", days.Select(day => day.Alias)), HelpName = "NAME", DefaultValueFactory = _ => "site" };
        scenario.AcceptOnlyFromAmong([.. days.Select(day => day.Alias!)]);
        var output = new Option<string>("--out") { Description = Say.In("Directory for merged.csv, report.html and pictures", "merged.csv、report.html 与图片的目录"), HelpName = "DIR", DefaultValueFactory = _ => "demo-out" };
        var seed = Options.Number("--seed", 0, int.MaxValue);
        seed.Description = Say.In("Chance: the same seed repeats the run", "随机种子：相同种子重现同一过程");
        seed.HelpName = "N";
        seed.DefaultValueFactory = _ => 1;
        var json = Options.Json();
        var command = new Command("demo", Say.In(
            "Replays a day: real node code, real HTTP, real database, compressed time; Wi-Fi goes, a battery is pulled in the middle of a "
                + "write, the host is killed. Exit 1 when the merged log differs from what the volunteers saw.\n\nExamples:\n  fieldnode "
                + "demo\n  fieldnode demo --scenario subdistrict --out day --seed 7",
            "重演一天：真实节点代码、真实 HTTP、真实数据库、压缩时间；Wi-Fi 中断、写入中途断电、主机被杀。合并日志与志愿者所见不同时退出码 1。\n\n示例：\n  fieldnode demo\n  fieldnode demo "
                + "--scenario subdistrict --out day --seed 7"))
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
