using FieldNode.Answers.Roster;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using System.CommandLine;
using Spectre.Console;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode roster: the people expected at a site; the site's nodes carry it.</summary>
internal static class RosterVerb
{
    private const int FaultsMax = 20;
    private const int WatchedPeopleMin = 20_000;

    public static Command Command()
    {
        return new Command("roster", Help.Text("roster")) { Import(), Schedule() };
    }

    private static Command Import()
    {
        var file = new Argument<string>("FILE") { Description = Help.Text("roster import FILE") };
        var site = Site();
        var data = Options.Data();
        var column = new Option<string[]>("--column") { Description = Help.Text("roster import --column"), HelpName = "FIELD=NAME" };
        var replace = new Option<bool>("--replace") { Description = Help.Text("roster import --replace") };
        var skip = new Option<bool>("--skip-wrong") { Description = Help.Text("roster import --skip-wrong") };
        var dry = new Option<bool>("--dry-run") { Description = Help.Text("roster import --dry-run") };
        var json = Options.Json();
        var command = new Command("import", Help.Text("roster import"))
        { file, site, data, column, replace, skip, dry, json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            var content = RosterFile.Read(path, parsed.GetValue(site), parsed.GetValue(column) ?? []);
            var unused = content.Columns.Unused;
            Say.Info($"{path}: {content.Form}; {string.Join(", ", content.Columns.Found)}" + (unused.Count > 0
                ? Say.In($"; not used: {string.Join(", ", unused)}", $"；未使用：{string.Join("、", unused)}") : ""));
            Refuse(path, content, parsed.GetValue(skip));
            var store = Options.Open(parsed.GetRequiredValue(data));
            WarnOfSites(store, content);
            var changes = Watched(content.People.Count,
                report => new Rosters(store).Import(content.People, content.Slots, parsed.GetValue(replace), parsed.GetValue(dry), report));
            Print(content, changes, parsed.GetValue(dry), parsed.GetValue(json));
            return content.Faults.Count > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    private static Command Schedule()
    {
        var file = new Argument<string>("FILE") { Description = Help.Text("roster schedule FILE") };
        var site = Site();
        var data = Options.Data();
        var command = new Command("schedule", Help.Text("roster schedule"))
        { file, site, data };
        command.SetAction(parsed =>
        {
            var slots = RosterFile.ReadSchedule(parsed.GetRequiredValue(file), parsed.GetValue(site));
            var unknown = new Rosters(Options.Open(parsed.GetRequiredValue(data))).Schedule(slots);
            Say.Info(Say.In($"{slots.Count - unknown.Count} buildings now have a slot", $"{slots.Count - unknown.Count} 个楼栋已设时段"));
            foreach (var (where, building) in unknown)
            {
                Say.Info(Say.In($"not on a roster: building {building} of {where}", $"名册中没有：{where} 楼栋 {building}"));
            }

            return unknown.Count > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    private static Option<string?> Site()
    {
        return new Option<string?>("--site") { Description = Help.Text("roster --site"), HelpName = "S" };
    }

    private static void Refuse(string path, RosterFileContent content, bool skip)
    {
        foreach (var fault in content.Faults.Take(FaultsMax))
        {
            Say.Info($"{path}: {fault}");
        }

        if (content.Faults.Count > FaultsMax)
        {
            Say.Info(Say.In($"{path}: and {content.Faults.Count - FaultsMax} more", $"{path}：另有 {content.Faults.Count - FaultsMax} 行"));
        }

        if (content.Faults.Count > 0 && (!skip || content.People.Count == 0))
        {
            throw new HostFault("roster-lines", ExitCode.Refused,
                $"{path} is not imported: correct these lines, or skip them with --skip-wrong",
                $"{path} 未导入：请更正以上各行，或用 --skip-wrong 跳过");
        }
    }

    private static void WarnOfSites(HostStore store, RosterFileContent content)
    {
        var sites = new NodeRegistry(store, TimeProvider.System).List().Select(node => node.Site).Distinct().ToList();
        foreach (var site in content.People.Select(person => person.Site).Distinct().Except(sites))
        {
            Say.Info(Say.In($"No node belongs to site '{site}' yet; nodes belong to: {string.Join(", ", sites)}",
                $"尚无节点属于站点“{site}”；现有站点：{string.Join("、", sites)}"));
        }
    }

    private static void Print(RosterFileContent content, IReadOnlyList<RosterChange> changes, bool isDry, bool json)
    {
        if (json)
        {
            Present.Json(new
            {
                form = content.Form,
                columns = content.Columns.Found,
                faults = content.Faults,
                dryRun = isDry,
                sites = changes.Select(change => new
                {
                    change.Site,
                    change.People,
                    change.Added,
                    change.Changed,
                    change.Same,
                    change.Moved,
                    change.Removed,
                    number = change.Packed.Number
                })
            });
            return;
        }

        foreach (var change in changes)
        {
            var households = content.People.Where(person => person.Site == change.Site)
                .Select(person => (person.Building, person.Household)).Distinct().Count();
            Say.Info(Say.In(
                $"{(isDry ? "Dry run: " : "")}the roster of {change.Site}, number {change.Packed.Number}, has {change.People} people; "
                    + $"{households} households in the file; {change.Added} added, {change.Changed} changed, {change.Same} the same, "
                    + $"{change.Moved} moved here, {change.Removed} removed",
                $"{(isDry ? "将为：" : "")}{change.Site} 的名册 {change.People} 人，编号 {change.Packed.Number}；文件中 {households} 户；新增 "
                    + $"{change.Added}，更改 {change.Changed}，相同 {change.Same}，迁入 {change.Moved}，移除 {change.Removed}"));
        }
    }

    private static IReadOnlyList<RosterChange> Watched(int people, Func<Action<int>?, IReadOnlyList<RosterChange>> import)
    {
        if (!Terminal.IsInteractive || people < WatchedPeopleMin)
        {
            return import(null);
        }

        IReadOnlyList<RosterChange> changes = [];
        Terminal.Error.Progress().Start(context =>
        {
            var bar = context.AddTask(Say.In("importing", "导入"), maxValue: people);
            changes = import(done => bar.Value = done);
        });
        return changes;
    }
}
