using System.CommandLine;
using System.Globalization;
using FieldNode.Cli.NodeRun;
using FieldNode.Log;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode node: this computer is a node.</summary>
internal static class NodeVerb
{
    private const int SectorBytes = 4096;
    private const int FlashBytesMax = 16 * 1024 * 1024;

    public static Command Command()
    {
        var card = new Option<string>("--card") { Description = Say.In("File with the text of the node's enrolment card (nodes add --card FILE.txt)", "登记卡文本文件（nodes add --card FILE.txt）"), HelpName = "FILE", Required = true };
        var state = new Option<string>("--state") { Description = Say.In("Directory of the node's flash image", "节点闪存映像目录"), HelpName = "DIR", Required = true };
        var scanner = new Option<string>("--scanner") { Description = Say.In("Serial device or pseudo-terminal; - for standard input", "串口设备或伪终端；- 为标准输入"), HelpName = "PATH", Required = true };
        var baud = Options.Number("--baud", 300, 4_000_000);
        baud.Description = Say.In("Speed of the scanner's line, 8N1", "扫码器波特率，8N1");
        baud.HelpName = "N";
        baud.DefaultValueFactory = _ => 9600;
        var idleGap = Options.Number("--idle-gap", 1, 10_000);
        idleGap.Description = Say.In("Silence in ms that ends a code without terminator", "无终止符时结束条码的静默毫秒数");
        idleGap.HelpName = "MS";
        idleGap.DefaultValueFactory = _ => 100;
        var flashSize = new Option<string>("--flash-size") { Description = Say.In("Flash of a new node: bytes, or with K or M", "新节点的闪存：字节，或加 K、M"), HelpName = "SIZE", DefaultValueFactory = _ => "256K" };
        var json = new Option<bool>("--json") { Description = Say.In("Print each event as a JSON line", "每个事件输出一行 JSON") };
        var command = new Command("node", Say.In(
            "Makes this computer a node. Keys: a = one person arrived, u = undo, q = quit. Exit 3 when records are not uploaded yet (they stay on the flash).\n\nExamples:\n  fieldnode node --card lane-1.txt --state lane-1 --scanner /dev/ttyUSB0\n  fieldnode node --card lane-1.txt --state lane-1 --scanner -",
            "让本机成为节点。按键：a = 到场一人，u = 撤销，q = 退出。尚有未上传记录时退出码 3（记录仍在闪存）。\n\n示例：\n  fieldnode node --card lane-1.txt --state lane-1 --scanner /dev/ttyUSB0\n  fieldnode node --card lane-1.txt --state lane-1 --scanner -"))
        { card, state, scanner, baud, idleGap, flashSize, json };
        command.SetAction((parsed, cancel) =>
        {
            var setup = new NodeSetup(parsed.GetRequiredValue(card), parsed.GetRequiredValue(state), parsed.GetRequiredValue(scanner),
                parsed.GetValue(baud)!.Value, parsed.GetValue(idleGap)!.Value, ParseSize(parsed.GetRequiredValue(flashSize)), parsed.GetValue(json));
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
