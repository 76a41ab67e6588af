using FieldNode.Host.Cards;
using FieldNode.Log;
using System.CommandLine;
using System.Text;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode cards: writes the sheet of cards that volunteers scan.</summary>
internal static class CardsVerb
{
    public static Command Command()
    {
        var site = new Option<string>("--site") { Description = Help.Text("cards --site"), HelpName = "S", DefaultValueFactory = _ => "" };
        var badge = new Option<string[]>("--badge") { Description = Help.Text("cards --badge"), HelpName = "NAME" };
        var badges = new Option<string>("--badges") { Description = Help.Text("cards --badges"), HelpName = "FILE" };
        var home = new Option<string[]>("--home") { Description = Help.Text("cards --home"), HelpName = "CODE" };
        var homes = new Option<string>("--homes") { Description = Help.Text("cards --homes"), HelpName = "FILE" };
        var stop = new Option<string[]>("--stop") { Description = Help.Text("cards --stop"), HelpName = "CODE" };
        var stops = new Option<string>("--stops") { Description = Help.Text("cards --stops"), HelpName = "FILE" };
        var practice = new Option<bool>("--practice") { Description = Help.Text("cards --practice") };
        var battery = new Option<int[]>("--battery") { Description = Help.Text("cards --battery"), HelpName = "MV" };
        var output = new Option<string>("--out", "-o")
        {
            Description = Help.Text("cards --out"),
            HelpName = "DIR",
            DefaultValueFactory = _ => "cards"
        };
        var command = new Command("cards", Help.Text("cards"))
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

            Say.Info(Say.In($"{ControlCards.All.Count} control cards and {asked.Length} others are in {path}: open it in a browser and "
                + "print it", $"{ControlCards.All.Count} 张操作卡与 {asked.Length} 张其他卡在 {path}：用浏览器打开并打印"));
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
            throw new HostFault("file-unreadable", ExitCode.Failed, $"{file.Name} {path} cannot be read: {e.Message}",
                $"无法读取 {file.Name} {path}：{e.Message}");
        }
    }
}
