using System.CommandLine;
using FieldNode.Host;
using FieldNode.Host.Files;
using FieldNode.Host.Store;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode roster: who is expected at a site; its nodes carry it.</summary>
internal static class RosterVerb
{
    public static Command Command()
    {
        return new Command("roster", Say.In("Who is expected at a site: the host keeps it, and the site's nodes carry it", "站点应到人员：主机保存，节点随身携带")) { Import() };
    }

    private static Command Import()
    {
        var file = new Argument<string>("FILE") { Description = Say.In("CSV in UTF-8 with the columns person, household and, if known, building", "UTF-8 的 CSV，列为 person、household，可有 building") };
        var site = new Option<string>("--site") { Description = Say.In("Site whose nodes carry it", "携带名册的站点"), HelpName = "S", Required = true };
        var data = Options.Data();
        var command = new Command("import", Say.In(
            "Replaces a site's roster, and that on its nodes at their next upload: 6 bytes a person. When a line is wrong nothing is imported.\n\nExample:\n  fieldnode roster import people.csv --site Zhengfei",
            "替换站点名册，节点在下次上传时取得：每人 6 字节。有错行时不导入任何内容。\n\n示例：\n  fieldnode roster import people.csv --site 正飞"))
        { file, site, data };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            var content = RosterFile.Read(path, parsed.GetRequiredValue(site));
            if (content.Faults.Count > 0)
            {
                foreach (var fault in content.Faults)
                {
                    Say.Talk($"{path}: {fault}");
                }

                throw new HostFault("roster-lines", ExitCode.Refused, $"{path} is not imported: correct these lines", $"{path} 未导入：请更正以上各行");
            }

            var store = HostStore.Open(parsed.GetRequiredValue(data));
            var sites = new NodeRegistry(store, TimeProvider.System).List().Select(node => node.Site).Distinct().ToList();
            if (!sites.Contains(parsed.GetRequiredValue(site)))
            {
                Say.Talk(Say.In($"No node belongs to site '{parsed.GetRequiredValue(site)}' yet; nodes belong to: {string.Join(", ", sites)}", $"尚无节点属于站点“{parsed.GetRequiredValue(site)}”；现有站点：{string.Join("、", sites)}"));
            }

            var roster = new Rosters(store).Set(parsed.GetRequiredValue(site), content.People);
            Say.Talk(Say.In($"{roster.Count} people in {content.People.Select(person => (person.Building, person.Household)).Distinct().Count()} households are the roster of {parsed.GetRequiredValue(site)}, number {roster.Number}", $"{parsed.GetRequiredValue(site)} 的名册：{content.People.Select(person => (person.Building, person.Household)).Distinct().Count()} 户 {roster.Count} 人，编号 {roster.Number}"));
            return ExitCode.Done;
        });
        return command;
    }
}
