using FieldNode.Answers.Roster;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using System.CommandLine;
using Spectre.Console;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode roster: who is expected at a site; its nodes carry it.</summary>
internal static class RosterVerb
{
    private const int FaultsMax = 20;
    private const int WatchedPeopleMin = 20_000;

    public static Command Command()
    {
        return new Command("roster", Say.In("Who is expected at a site: the host keeps it, and the site's nodes carry it", "站点应到人员：主机保存，节点随身携带")) { Import(), Schedule() };
    }

    private static Command Import()
    {
        var file = new Argument<string>("FILE") { Description = Say.In("CSV (UTF-8, UTF-16 or GB18030) or .xlsx with a row of names on top", "CSV（UTF-8、UTF-16 或 GB18030）或 .xlsx，首行为列名") };
        var site = Site();
        var data = Options.Data();
        var column = new Option<string[]>("--column") { Description = Say.In("What a column is, when its name does not tell: person=ID, household=Block+Door; may be repeated", "列名不明时指明：person=证件号、household=楼+室；可重复"), HelpName = "FIELD=NAME" };
        var replace = new Option<bool>("--replace") { Description = Say.In("Remove whoever is on the site's roster and not in the file", "移除名册中有而文件中没有的人员") };
        var skip = new Option<bool>("--skip-wrong") { Description = Say.In("Import the lines that are right although others are wrong (exit 3)", "跳过错行，导入其余（退出码 3）") };
        var dry = new Option<bool>("--dry-run") { Description = Say.In("Only show what would change", "只显示将发生的变化") };
        var json = Options.Json();
        var command = new Command("import", Say.In(
            "Takes a roster in: who is known is updated, who is not is added; the site's nodes get it at their next upload (6 bytes a person). Columns are recognised by their names and shown. Wrong check digits, people twice and odd cells are listed by line, and nothing is imported then.\n\nExamples:\n  fieldnode roster import people.csv --site Zhengfei --dry-run\n  fieldnode roster import people.xlsx --site Zhengfei --column household=Block+Door",
            "导入名册：已有人员更新，新人员加入；节点在下次上传时取得（每人 6 字节）。自动识别列名并显示。校验位错误、重复人员与异常单元格按行列出，此时不导入任何内容。\n\n示例：\n  fieldnode roster import people.csv --site 正飞 --dry-run\n  fieldnode roster import people.xlsx --site 正飞 --column household=楼+室"))
        { file, site, data, column, replace, skip, dry, json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            var content = RosterFile.Read(path, parsed.GetValue(site), parsed.GetValue(column) ?? []);
            Say.Talk($"{path}: {content.Form}; {string.Join(", ", content.Columns.Found)}{(content.Columns.Unused.Count > 0 ? Say.In($"; not used: {string.Join(", ", content.Columns.Unused)}", $"；未使用：{string.Join("、", content.Columns.Unused)}") : "")}");
            Refuse(path, content, parsed.GetValue(skip));
            var store = Options.Open(parsed.GetRequiredValue(data));
            WarnOfSites(store, content);
            var changes = Watched(content.People.Count, report => new Rosters(store).Import(content.People, content.Slots, parsed.GetValue(replace), parsed.GetValue(dry), report));
            Print(content, changes, parsed.GetValue(dry), parsed.GetValue(json));
            return content.Faults.Count > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    private static Command Schedule()
    {
        var file = new Argument<string>("FILE") { Description = Say.In("CSV or .xlsx with the columns building, slot and, unless --site, site", "CSV 或 .xlsx，列为楼栋、时段，未给 --site 时还有站点") };
        var site = Site();
        var data = Options.Data();
        var command = new Command("schedule", Say.In(
            "Tells when the people of each building are to come: slots like 08:00-09:00 or 2021-11-07 08:00-09:00. Coverage then names the next building to call by them.\n\nExample:\n  fieldnode roster schedule slots.csv --site Zhengfei",
            "设定各楼栋的采样时段：如 08:00-09:00 或 2021-11-07 08:00-09:00。coverage 据此给出下一个应通知的楼栋。\n\n示例：\n  fieldnode roster schedule slots.csv --site 正飞"))
        { file, site, data };
        command.SetAction(parsed =>
        {
            var slots = RosterFile.ReadSchedule(parsed.GetRequiredValue(file), parsed.GetValue(site));
            var unknown = new Rosters(Options.Open(parsed.GetRequiredValue(data))).Schedule(slots);
            Say.Talk(Say.In($"{slots.Count - unknown.Count} buildings have their slot", $"{slots.Count - unknown.Count} 个楼栋已设时段"));
            foreach (var (where, building) in unknown)
            {
                Say.Talk(Say.In($"on no roster: building {building} of {where}", $"名册中没有：{where} {building} 号楼"));
            }

            return unknown.Count > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    private static Option<string?> Site()
    {
        return new Option<string?>("--site") { Description = Say.In("Site of the rows that name none", "未写站点的行所属站点"), HelpName = "S" };
    }

    private static void Refuse(string path, RosterFileContent content, bool skip)
    {
        foreach (var fault in content.Faults.Take(FaultsMax))
        {
            Say.Talk($"{path}: {fault}");
        }

        if (content.Faults.Count > FaultsMax)
        {
            Say.Talk(Say.In($"{path}: and {content.Faults.Count - FaultsMax} more", $"{path}：另有 {content.Faults.Count - FaultsMax} 行"));
        }

        if (content.Faults.Count > 0 && (!skip || content.People.Count == 0))
        {
            throw new HostFault("roster-lines", ExitCode.Refused, $"{path} is not imported: correct these lines, or leave them out with --skip-wrong", $"{path} 未导入：请更正以上各行，或用 --skip-wrong 跳过");
        }
    }

    private static void WarnOfSites(HostStore store, RosterFileContent content)
    {
        var sites = new NodeRegistry(store, TimeProvider.System).List().Select(node => node.Site).Distinct().ToList();
        foreach (var site in content.People.Select(person => person.Site).Distinct().Except(sites))
        {
            Say.Talk(Say.In($"No node belongs to site '{site}' yet; nodes belong to: {string.Join(", ", sites)}", $"尚无节点属于站点“{site}”；现有站点：{string.Join("、", sites)}"));
        }
    }

    private static void Print(RosterFileContent content, IReadOnlyList<RosterChange> changes, bool isDry, bool json)
    {
        if (json)
        {
            Present.Json(new { form = content.Form, columns = content.Columns.Found, faults = content.Faults, dryRun = isDry, sites = changes.Select(change => new { change.Site, change.People, change.Added, change.Changed, change.Same, change.Moved, change.Removed, number = change.Packed.Number }) });
            return;
        }

        foreach (var change in changes)
        {
            var households = content.People.Where(person => person.Site == change.Site).Select(person => (person.Building, person.Household)).Distinct().Count();
            Say.Talk(Say.In(
                $"{(isDry ? "Would be: " : "")}{change.People} people are the roster of {change.Site}, number {change.Packed.Number}; {households} households in the file; {change.Added} added, {change.Changed} changed, {change.Same} the same, {change.Moved} moved here, {change.Removed} removed",
                $"{(isDry ? "将为：" : "")}{change.Site} 的名册 {change.People} 人，编号 {change.Packed.Number}；文件中 {households} 户；新增 {change.Added}，更改 {change.Changed}，相同 {change.Same}，迁入 {change.Moved}，移除 {change.Removed}"));
        }
    }

    private static IReadOnlyList<RosterChange> Watched(int people, Func<Action<int>?, IReadOnlyList<RosterChange>> import)
    {
        if (!Terminal.IsWatched || people < WatchedPeopleMin)
        {
            return import(null);
        }

        IReadOnlyList<RosterChange> changes = [];
        Terminal.Talk.Progress().Start(context =>
        {
            var bar = context.AddTask(Say.In("importing", "导入"), maxValue: people);
            changes = import(done => bar.Value = done);
        });
        return changes;
    }
}
