using System.CommandLine;
using System.Globalization;
using FieldNode.Cli.NodeRun;
using FieldNode.Log;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode node: runs this computer as a node.</summary>
internal static class NodeVerb
{
    private const int SectorBytes = 4096;
    private const int FlashBytesMax = 16 * 1024 * 1024;

    public static Command Command()
    {
        var card = new Option<string>("--card") { Description = Help.Text("node --card"), HelpName = "FILE", Required = true };
        var state = new Option<string>("--state") { Description = Help.Text("node --state"), HelpName = "DIR", Required = true };
        var scanner = new Option<string>("--scanner") { Description = Help.Text("node --scanner"), HelpName = "PATH", Required = true };
        var baud = Options.Number("--baud", 300, 4_000_000);
        baud.Description = Help.Text("node --baud");
        baud.HelpName = "N";
        baud.DefaultValueFactory = _ => 9600;
        var idleGap = Options.Number("--idle-gap", 1, 10_000);
        idleGap.Description = Help.Text("node --idle-gap");
        idleGap.HelpName = "MS";
        idleGap.DefaultValueFactory = _ => 100;
        var flashSize = new Option<string>("--flash-size")
        {
            Description = Help.Text("node --flash-size"),
            HelpName = "SIZE",
            DefaultValueFactory = _ => "256K"
        };
        var json = new Option<bool>("--json") { Description = Help.Text("node --json") };
        var command = new Command("node", Help.Text("node"))
        { card, state, scanner, baud, idleGap, flashSize, json };
        command.SetAction((parsed, cancel) =>
        {
            var setup = new NodeSetup(parsed.GetRequiredValue(card), parsed.GetRequiredValue(state), parsed.GetRequiredValue(scanner),
                parsed.GetValue(baud)!.Value, parsed.GetValue(idleGap)!.Value, ParseSize(parsed.GetRequiredValue(flashSize)),
                    parsed.GetValue(json));
            return new NodeRunner(setup).Run(cancel);
        });
        return command;
    }

    private static int ParseSize(string text)
    {
        var unit = text.Length > 0 ? char.ToUpperInvariant(text[^1]) switch { 'K' => 1024, 'M' => 1024 * 1024, _ => 1 } : 1;
        var digits = unit == 1 ? text : text[..^1];
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= FlashBytesMax
            && count * unit is >= 3 * SectorBytes and <= FlashBytesMax && count * unit % SectorBytes == 0)
        {
            return (int)(count * unit);
        }

        throw new HostFault("bad-flash-size", ExitCode.Usage,
            $"--flash-size '{text}' is not accepted: a multiple of 4K from 12K to 16M, for example 256K or 4M",
            $"--flash-size '{text}' 不可用：须为 4K 的倍数，12K 至 16M，例如 256K 或 4M");
    }
}
