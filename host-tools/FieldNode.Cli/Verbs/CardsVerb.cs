using System.CommandLine;
using System.Text;
using FieldNode.Host;
using FieldNode.Host.Cards;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode cards: the sheet of cards that volunteers scan.</summary>
internal static class CardsVerb
{
    public static Command Command()
    {
        var site = new Option<string>("--site") { Description = Say.In("Site, printed on each card", "站点，印在每张卡上"), HelpName = "S", DefaultValueFactory = _ => "" };
        var badge = new Option<string[]>("--badge") { Description = Say.In("Operator's badge to print too; may be repeated", "同时打印的工牌，可重复"), HelpName = "NAME" };
        var badges = new Option<string>("--badges") { Description = Say.In("File with a name a line", "工牌名单，每行一个"), HelpName = "FILE" };
        var output = new Option<string>("--out", "-o") { Description = Say.In("Folder for cards.html", "cards.html 的目录"), HelpName = "DIR", DefaultValueFactory = _ => "cards" };
        var command = new Command("cards", Say.In(
            "Prints the control cards of a lane and operators' badges as one page, eight cards on A4, in the language of --lang. Open cards.html in a browser, print it, cut along the lines.\n\nExamples:\n  fieldnode cards --site Zhengfei --lang zh -o cards\n  fieldnode cards --badge zhang.san --badge li.si",
            "把通道操作卡与工牌排成一页，A4 每页八张，语言由 --lang 决定。用浏览器打开 cards.html 打印并裁开。\n\n示例：\n  fieldnode cards --site 正飞 --lang zh -o cards\n  fieldnode cards --badge zhang.san --badge li.si"))
        { site, badge, badges, output };
        command.SetAction(parsed =>
        {
            var names = (parsed.GetValue(badge) ?? []).Concat(Names(parsed.GetValue(badges))).ToList();
            var html = CardSheet.Html([.. ControlCards.All, .. names.Select(ControlCards.Badge)], parsed.GetRequiredValue(site), Say.IsChinese);
            var path = Path.Combine(Directory.CreateDirectory(parsed.GetRequiredValue(output)).FullName, "cards.html");
            using (var stream = Options.OpenOutput(path))
            {
                stream.Write(Encoding.UTF8.GetBytes(html));
            }

            Say.Talk(Say.In($"{ControlCards.All.Count} cards and {names.Count} badges are in {path}: open it in a browser and print it", $"{ControlCards.All.Count} 张操作卡与 {names.Count} 张工牌在 {path}：用浏览器打开并打印"));
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Names(string? path)
    {
        if (path is null)
        {
            return [];
        }

        try
        {
            return [.. File.ReadAllLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HostFault("file-unreadable", ExitCode.Failed, $"--badges {path} cannot be read: {e.Message}", $"无法读取 --badges {path}：{e.Message}");
        }
    }
}
