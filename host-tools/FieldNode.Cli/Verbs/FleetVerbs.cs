using FieldNode.Answers;
using FieldNode.Log;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode gaps, pace and training: answers about lanes and volunteers.</summary>
internal static class FleetVerbs
{
    public static Command Gaps()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("gaps", Help.Text("gaps")) { data, json };
        command.SetAction(parsed =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            var gaps = new DoubtsAnswer(store, Fleet.Read(store)).List([DoubtKind.Gap]);
            if (parsed.GetValue(json))
            {
                Present.Json(gaps);
            }
            else
            {
                Present.Table("", Say.IsChinese ? ["缺口", "通道", "记录数"] : ["gap", "lane", "records"],
                    gaps.Select(gap => new[] { gap.Id, gap.Where, $"{gap.Count}" }));
                Say.Info(Say.In($"{gaps.Sum(gap => (long)gap.Count)} records are missing in {gaps.Count} gaps",
                    $"{gaps.Count} 处缺口，共缺 {gaps.Sum(gap => (long)gap.Count)} 条记录"));
            }

            return gaps.Count > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    public static Command Pace()
    {
        var data = Options.Data();
        var round = Options.Round();
        var site = Options.Site();
        var json = Options.Json();
        var command = new Command("pace", Help.Text("pace")) { data, round, site, json };
        command.SetAction(parsed =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            var fleet = Fleet.Read(store);
            Options.CheckSite(store, fleet, parsed.GetValue(site));
            var coverage = CoverageAnswer.Compute(store, fleet, parsed.GetValue(round) ?? fleet.LastRound, parsed.GetValue(site));
            var pace = PaceAnswer.Compute(fleet, coverage, TimeProvider.System.GetUtcNow());
            if (parsed.GetValue(json))
            {
                Present.Json(pace);
                return ExitCode.Done;
            }

            string[] columns = Say.IsChinese ? ["站点", "通道", "人数", "每小时", "目标", "预计完成"]
                : ["site", "lane", "people", "per hour", "target", "finish"];
            Present.Table(Say.In("Sites", "站点"), columns, pace.Sites.Select(Row));
            Present.Table(Say.In("Lanes", "通道"), columns, pace.Lanes.Select(Row));
            Present.Table(Say.In("Hours", "时段"), Say.IsChinese ? ["站点", "时", "人数"] : ["site", "hour", "people"],
                pace.Hours.Select(hour =>
                new[] { hour.Site, hour.Hour is null ? Say.In("clock unknown", "时间未知") : Present.Time(hour.Hour), $"{hour.People}" }));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Training()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("training", Help.Text("training")) { data, json };
        command.SetAction(parsed =>
        {
            var volunteers = TrainingAnswer.Compute(Options.Open(parsed.GetRequiredValue(data)));
            if (parsed.GetValue(json))
            {
                Present.Json(volunteers);
                return ExitCode.Done;
            }

            Present.Table("", Say.IsChinese ? ["工牌", "正确人数", "错误", "正确率", "每小时", "次数"]
                : ["badge", "people right", "errors", "accuracy", "per hour", "turns"],
                volunteers.Select(one =>
                    new[] { one.Badge.Length > 0 ? one.Badge : Say.In("(no badge)", "（无工牌）"), $"{one.People}", $"{one.Errors}",
                        $"{one.Percent} %", $"{one.PerHour}", $"{one.Turns}" }));
            Say.Info(Say.In($"{volunteers.Count} volunteers", $"{volunteers.Count} 名志愿者"));
            return ExitCode.Done;
        });
        return command;
    }

    private static string[] Row(PaceOf pace)
    {
        return [pace.Site, pace.Lane, $"{pace.People}", $"{pace.PerHour}", pace.Target > 0 ? $"{pace.Target}" : "",
            pace.Target > 0 && pace.Left == 0 ? Say.In("reached", "已完成") : Present.Time(pace.Finish)];
    }
}
