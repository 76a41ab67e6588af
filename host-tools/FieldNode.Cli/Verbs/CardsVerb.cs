using FieldNode.Host.Cards;
using FieldNode.Log;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode cards: the sheet of cards that volunteers scan.</summary>
internal static class CardsVerb
{
    public static Command Command()
    {
        var site = new Option<string>("--site") { Description = Say.In("Site, printed on each card", "站点，印在每张卡上"), HelpName = "S", DefaultValueFactory = _ => "" };
        var badge = new Option<string[]>("--badge") { Description = Say.In("Operator's badge to print too; may be repeated", "同时打印的工牌，可重复"), HelpName = "NAME" };
        var badges = new Option<string>("--badges") { Description = Say.In("File with a name a line", "工牌名单，每行一个"), HelpName = "FILE" };
        var home = new Option<string[]>("--home") { Description = Say.In("Household's code to print too; may be repeated", "同时打印的户码，可重复"), HelpName = "CODE" };
        var homes = new Option<string>("--homes") { Description = Say.In("File with a household's code a line", "户码清单，每行一个"), HelpName = "FILE" };
        var stop = new Option<string[]>("--stop") { Description = Say.In("Code of a vehicle's stop to print too; may be repeated", "同时打印的停靠点码，可重复"), HelpName = "CODE" };
        var stops = new Option<string>("--stops") { Description = Say.In("File with a stop's code a line", "停靠点清单，每行一个"), HelpName = "FILE" };
        var practice = new Option<bool>("--practice") { Description = Say.In("Invented people to train with, two of each category", "训练用的虚构人员，每类两名") };
        var battery = new Option<int[]>("--battery") { Description = Say.In("Millivolts that a multimeter shows at a node's cells: a card by which that node measures from then on", "万用表在电池处的毫伏读数：扫此卡的节点此后据此校准"), HelpName = "MV" };
        var output = new Option<string>("--out", "-o") { Description = Say.In("Folder for cards.html", "cards.html 的目录"), HelpName = "DIR", DefaultValueFactory = _ => "cards" };
        var command = new Command("cards", Say.In(
            "Prints the page from which a volunteer learns, the control cards of a lane, operators' badges, and the codes of households and stops as one page, eight cards on A4, in the language of --lang. Open cards.html in a browser, print it, cut along the lines.\n\nExamples:\n  fieldnode cards --site Zhengfei --lang zh -o cards\n  fieldnode cards --badge zhang.san --home 3-2-1201 --stops stops.txt",
            "把志愿者一页通、通道操作卡、工牌、户码与停靠点码排成一页，A4 每页八张，语言由 --lang 决定。用浏览器打开 cards.html 打印并裁开。\n\n示例：\n  fieldnode cards --site 正飞 --lang zh -o cards\n  fieldnode cards --badge zhang.san --home 3-2-1201 --stops stops.txt"))
        { site, badge, badges, home, homes, stop, stops, practice, battery, output };
        command.SetAction(parsed =>
        {
            ControlCard[] asked =
            [
                .. Lines(parsed, badge, badges).Select(ControlCards.Badge),
                .. Lines(parsed, home, homes).Select(ControlCards.Home),
                .. Lines(parsed, stop, stops).Select(ControlCards.Stop),
                .. (parsed.GetValue(battery) ?? []).Select(ControlCards.Battery),
                .. parsed.GetValue(practice) ? ControlCards.PracticePeople() : [],
            ];
            var html = CardSheet.Html([.. ControlCards.All, .. asked], parsed.GetRequiredValue(site), Say.IsChinese, guide: true);
            var path = Path.Combine(Directory.CreateDirectory(parsed.GetRequiredValue(output)).FullName, "cards.html");
            using (var stream = OutputFile.Open(path))
            {
                stream.Write(Encoding.UTF8.GetBytes(html));
            }

            Say.Talk(Say.In($"{ControlCards.All.Count} control cards and {asked.Length} others are in {path}: open it in a browser and print it", $"{ControlCards.All.Count} 张操作卡与 {asked.Length} 张其他卡在 {path}：用浏览器打开并打印"));
            return ExitCode.Done;
        });
        return command;
    }

    private static string[] Lines(ParseResult parsed, Option<string[]> single, Option<string> file)
    {
        var path = parsed.GetValue(file);
        var given = parsed.GetValue(single) ?? [];
        if (path is null)
        {
            return given;
        }

        try
        {
            return [.. given, .. File.ReadAllLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HostFault("file-unreadable", ExitCode.Failed, $"{file.Name} {path} cannot be read: {e.Message}", $"无法读取 {file.Name} {path}：{e.Message}");
        }
    }
}
