using FieldNode.Answers;
using FieldNode.Log;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode coverage: who was sampled and who is missing.</summary>
internal static class CoverageVerb
{
    public static Command Command()
    {
        var data = Options.Data();
        var round = Options.Round();
        var site = Options.Site();
        var building = new Option<string?>("--building") { Description = Help.Text("coverage --building"), HelpName = "B" };
        var missing = new Option<bool>("--missing") { Description = Help.Text("coverage --missing") };
        var unlisted = new Option<bool>("--not-listed") { Description = Help.Text("coverage --not-listed") };
        var twice = new Option<bool>("--twice") { Description = Help.Text("coverage --twice") };
        var json = Options.Json();
        var reveal = new RevealOption();
        var command = new Command("coverage", Help.Text("coverage"))
        { data, round, site, building, missing, unlisted, twice, json };
        reveal.AddTo(command);
        command.SetAction(parsed =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            var fleet = Fleet.Read(store);
            Options.CheckSite(store, fleet, parsed.GetValue(site));
            var answer = CoverageAnswer.Compute(store, fleet, parsed.GetValue(round) ?? fleet.LastRound, parsed.GetValue(site));
            if (parsed.GetValue(building) is { } where && !answer.Buildings.Any(one => one.Building == where))
            {
                throw new HostFault("unknown-building", ExitCode.Usage, $"no roster here has a building '{where}'", $"名册中没有楼栋“{where}”");
            }

            if (parsed.GetValue(missing) || parsed.GetValue(building) is not null)
            {
                var people = answer.MissingPeople(store, parsed.GetValue(site), parsed.GetValue(building));
                var codes = reveal.Codes(parsed, store, "coverage --missing",
                    $"round {answer.Round}{(parsed.GetValue(site) is { } at ? $", site {at}" : "")}"
                        + (parsed.GetValue(building) is { } house ? $", building {house}" : ""), people.Count);
                PrintMissing([.. people.Select(person => person.With(codes))], parsed.GetValue(json));
                return people.Count > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
            }

            if (parsed.GetValue(unlisted) || parsed.GetValue(twice))
            {
                var people = parsed.GetValue(twice) ? answer.PeopleTwice(store, fleet) : answer.NotListedPeople(store, fleet);
                var codes = reveal.Codes(parsed, store, parsed.GetValue(twice) ? "coverage --twice" : "coverage --not-listed",
                    $"round {answer.Round}", people.Count);
                PrintWhere([.. people.Select(person => person.With(codes))], parsed.GetValue(json));
                return people.Count > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
            }

            if (parsed.GetValue(json))
            {
                Present.Json(answer);
            }
            else
            {
                Print(answer);
            }

            return answer.Missing > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    private static void Print(CoverageAnswer answer)
    {
        Present.Table(Say.In($"Round {answer.Round}", $"第 {answer.Round} 轮"),
            Say.IsChinese ? ["站点", "应采", "已采", "未采", "完成率", "户", "整户完成", "现场采样"]
                : ["site", "expected", "done", "missing", "share", "households", "complete", "sampled there"],
            answer.Sites.Select(site =>
                new[] { site.Site, $"{site.Expected}", $"{site.Done}", $"{site.Missing}", Present.Share(site.Done, site.Expected),
                    $"{site.Households}", $"{site.HouseholdsDone}", $"{site.Sampled}" })
                .Append([Say.In("all", "合计"), $"{answer.Expected}", $"{answer.Done}", $"{answer.Missing}",
                    Present.Share(answer.Done, answer.Expected), $"{answer.Households}", $"{answer.HouseholdsDone}", $"{answer.Sampled}"]));
        Present.Table(Say.In("Buildings with people missing", "有人未采的楼栋"),
            Say.IsChinese ? ["站点", "楼栋", "时段", "应采", "已采", "未采", "未完成户"]
                : ["site", "building", "slot", "expected", "done", "missing", "households to visit"],
            answer.Buildings.Where(building => building.Missing > 0)
                .Select(building => new[] { building.Site, building.Building, building.Slot, $"{building.Expected}", $"{building.Done}",
                    $"{building.Missing}", $"{building.Households - building.HouseholdsDone}" }));
        Present.Line(Say.In("Categories: ", "类别：") + string.Join(", ", answer.Categories.Select(category => $"{category.Name} "
            + $"{category.People}")));
        Present.Line(Say.In("Rounds: ", "轮次：") + string.Join(", ", answer.Rounds.Select(round => $"{round.Name}: {round.People}")));
        Present.Line(Say.In($"Sampled but not on a roster: {answer.NotListed}. Sampled more than once: {answer.Twice}.",
            $"已采但不在名册：{answer.NotListed}。本轮重复：{answer.Twice}。"));
        if (answer.Next is { } next)
        {
            Present.Line(Say.In($"Call next: building {next.Building} of {next.Site}, {next.Expected} "
                + $"people{(next.Slot.Length > 0 ? $", {next.Slot}" : "")}.",
                $"下一个通知的楼栋：{next.Site} {next.Building}，{next.Expected} 人{(next.Slot.Length > 0 ? $"，{next.Slot}" : "")}。"));
        }
    }

    private static void PrintMissing(IReadOnlyList<MissingPerson> people, bool json)
    {
        if (json)
        {
            Present.Json(people);
            return;
        }

        Present.Table("", Say.IsChinese ? ["站点", "楼栋", "户", "姓名", "电话", "人员", "类别", "行动", "原因"]
            : ["site", "building", "household", "name", "phone", "person", "category", "mobility", "reason"],
            people.Select(person => new[] { person.Site, person.Building, person.Household, person.Name, person.Phone, person.Person,
                person.Category, person.Mobility, person.Reason }));
        Say.Info(Say.In($"{people.Count} people are missing", $"{people.Count} 人未采"));
    }

    private static void PrintWhere(IReadOnlyList<SampledWhere> people, bool json)
    {
        if (json)
        {
            Present.Json(people);
            return;
        }

        Present.Table("", Say.IsChinese ? ["人员", "通道", "记录"] : ["person", "lanes", "records"],
            people.Select(person => new[] { person.Person, string.Join(", ", person.Lanes), string.Join(" ", person.Records) }));
        Say.Info(Say.In($"{people.Count} people", $"{people.Count} 人"));
    }
}
