using FieldNode.Answers;
using FieldNode.Log;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode person: everything known about one person.</summary>
internal static class PersonVerb
{
    public static Command Command()
    {
        var person = new Argument<string>("PERSON") { Description = Help.Text("person PERSON") };
        var data = Options.Data();
        var json = Options.Json();
        var reveal = new RevealOption();
        var command = new Command("person", Help.Text("person"))
        { person, data, json };
        reveal.AddTo(command);
        command.SetAction(parsed =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            var answer = PersonAnswer.Compute(store, parsed.GetRequiredValue(person));
            answer = answer.With(reveal.Codes(parsed, store, "person", answer.Person, answer.IsKnown ? 1 + answer.Household.Count : 0));
            if (parsed.GetValue(json))
            {
                Present.Json(answer);
            }
            else
            {
                Print(answer);
            }

            return answer.IsKnown ? ExitCode.Done : ExitCode.SomethingMissing;
        });
        return command;
    }

    private static void Print(PersonAnswer answer)
    {
        Present.Line(answer.Roster is { } roster
            ? Say.In($"{answer.Person} {roster.Name}: expected at {roster.Site}, building {roster.Building}, household {roster.Household} "
                + $"{roster.Phone}", $"{answer.Person} {roster.Name}：应在 {roster.Site}，楼栋 {roster.Building}，户 {roster.Household} "
                + $"{roster.Phone}")
            : Say.In($"{answer.Person}: not on a roster", $"{answer.Person}：不在名册"));
        Present.Table(Say.In("Sampled", "采样"), Say.IsChinese ? ["轮次", "站点", "通道", "试管", "位", "类别", "操作员", "时间", "状态"]
            : ["round", "site", "lane", "tube", "#", "category", "operator", "time", "state"],
            answer.Sampled.Select(at =>
                new[] { $"{at.Round}", at.Site, at.Lane, at.Tube, $"{at.Position}", at.Category, at.Operator, Present.Time(at.Time),
                    at.State }));
        Present.Table(Say.In("Turned away", "劝返"), Say.IsChinese ? ["轮次", "站点", "通道", "原因", "时间"]
            : ["round", "site", "lane", "reason", "time"],
            answer.TurnedAway.Select(at => new[] { $"{at.Round}", at.Site, at.Lane, at.Reason, Present.Time(at.Time) }));
        Present.Table(Say.In("Household", "同户"), Say.IsChinese ? ["人员", "姓名", "已采轮次"] : ["person", "name", "rounds done"],
            answer.Household.Select(member => new[] { member.Person, member.Name, member.RoundsDone }));
        if (answer.Sampled.Count == 0)
        {
            Present.Line(Say.In("Not sampled in any round", "各轮次均未采样"));
        }
    }
}
