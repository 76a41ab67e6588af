using FieldNode.Answers;
using FieldNode.Host.Cards;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using System.CommandLine;
using System.Text.Json;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode nodes: enrols nodes and lists what the host knows about each.</summary>
internal static class NodesVerb
{
    public static Command Command()
    {
        return new Command("nodes", Help.Text("nodes")) { Add(), Rotate(), Replace(), Revoke(), List() };
    }

    private static Command Add()
    {
        var name = Name();
        var data = Options.Data();
        var lane = new Option<string>("--lane") { Description = Help.Text("nodes add --lane"), HelpName = "L" };
        var site = new Option<string>("--site")
        {
            Description = Help.Text("nodes add --site"),
            HelpName = "S",
            DefaultValueFactory = _ => ""
        };
        var card = new CardOptions();
        var command = new Command("add", Help.Text("nodes add"))
        { name, data, lane, site };
        card.AddTo(command, replaces: false);
        command.SetAction(parsed =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            var network = card.Network(parsed, store);
            var nodeName = parsed.GetRequiredValue(name);
            if (string.IsNullOrWhiteSpace(nodeName))
            {
                throw new HostFault("bad-name", ExitCode.Usage, "NAME is empty: give the node a name, for example lane-1",
                    "NAME 为空：请给节点命名，例如 lane-1");
            }

            var node = EnrolmentCards.NewNode(nodeName, parsed.GetRequiredValue(site), parsed.GetValue(lane) ?? nodeName);
            var text = EnrolmentCards.Text(node, store.HostId, network);
            new NodeRegistry(store, TimeProvider.System).Add(node, () => card.Write(parsed, node, text));
            Console.Out.WriteLine(text);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Rotate()
    {
        return NewCard("rotate", keepsKey: true, Say.In(
            "Prints a new card for a node that keeps its box, for a new key, Wi-Fi or address. The old key stays valid until the new card "
                + "is scanned; the old card's claim is invalid at once. The new card replaces the old one entirely: give Wi-Fi, "
                + "certificate, language, forms and categories again. Scan it within 15 minutes.\n\nExample:\n  fieldnode nodes rotate "
                + "lane-1 --url https://10.0.0.5:8443 --wifi Site-WLAN --wifi-password secret12 --card lane-1.html",
            "为设备不变的节点打印新卡：更换密钥、无线网络或地址时使用。扫新卡之前旧密钥有效；旧卡凭证随即失效。新卡完全取代旧卡：请重新给出无线网络、证书、语言、码型与类别。请在 15 分钟内扫卡。\n\n示例：\n  fieldnode nodes "
                + "rotate lane-1 --url https://10.0.0.5:8443 --wifi Site-WLAN --wifi-password secret12 --card lane-1.html"));
    }

    private static Command Replace()
    {
        return NewCard("replace", keepsKey: false, Say.In(
            "Prints a new card for a node whose box was lost, stolen or broken. At once, the host accepts nothing more from the old box; "
                + "the next box that scans the card becomes the node. Its records stay. Scan it within 15 minutes.\n\nExample:\n  "
                + "fieldnode nodes replace lane-1 --url https://10.0.0.5:8443 --wifi Site-WLAN --wifi-password secret12 --card lane-1.html",
            "为设备丢失、被盗或损坏的节点打印新卡：旧设备立即失效，扫卡的下一台设备成为该节点。已有记录保留。请在 15 分钟内扫卡。\n\n示例：\n  fieldnode nodes replace lane-1 --url "
                + "https://10.0.0.5:8443 --wifi Site-WLAN --wifi-password secret12 --card lane-1.html"));
    }

    private static Command NewCard(string verb, bool keepsKey, string description)
    {
        var name = Name();
        var data = Options.Data();
        var card = new CardOptions();
        var command = new Command(verb, description) { name, data };
        card.AddTo(command, replaces: true);
        command.SetAction(parsed =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            var network = card.Network(parsed, store);
            var text = "";
            new NodeRegistry(store, TimeProvider.System).Renew(parsed.GetRequiredValue(name), EnrolmentCards.NewClaim(), keepsKey, node =>
            {
                text = EnrolmentCards.Text(node, store.HostId, network);
                card.Write(parsed, node, text);
            });
            Console.Out.WriteLine(text);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Revoke()
    {
        var name = Name();
        var data = Options.Data();
        var command = new Command("revoke", Help.Text("nodes revoke")) { name, data };
        command.SetAction(parsed =>
        {
            var node = new NodeRegistry(Options.Open(parsed.GetRequiredValue(data)), TimeProvider.System)
                .Revoke(parsed.GetRequiredValue(name));
            Say.Info(Say.In($"{node.Name} ({node.IdText}) is revoked", $"已吊销 {node.Name}（{node.IdText}）"));
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Name()
    {
        return new Argument<string>("NAME") { Description = Help.Text("nodes NAME") };
    }

    private static Command List()
    {
        var data = Options.Data();
        var wide = new Option<bool>("--wide") { Description = Help.Text("nodes list --wide") };
        var json = Options.Json();
        var command = new Command("list", Help.Text("nodes list")) { data, wide, json };
        command.SetAction(parsed =>
        {
            var fleet = Fleet.Read(Options.Open(parsed.GetRequiredValue(data)));
            if (parsed.GetValue(json))
            {
                PrintJson(fleet);
            }
            else
            {
                PrintTable(fleet, parsed.GetValue(wide));
            }

            return fleet.Nodes.Any(node => node.Gaps > 0) ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    private static void PrintJson(Fleet fleet)
    {
        Present.Json(fleet.Nodes.Select(node => new
        {
            name = node.Node.Name,
            node = node.Node.IdText,
            site = node.Site,
            lane = node.Lane,
            claimed = node.Node.Key is not null,
            revoked = node.Node.IsRevoked,
            inPlace = node.IsInPlace,
            troubles = node.Troubles,
            heardAt = node.HeardAt,
            people = node.People,
            now = node.Now,
            status = node.Status is { } status ? JsonSerializer.Deserialize<JsonElement>(status.Json) : (JsonElement?)null,
            statusAt = node.Status?.ReceivedAt,
            epochs = node.Epochs.Select(epoch => new
            {
                epoch = epoch.Epoch.ToString("X8"),
                records = epoch.Records,
                acknowledged = epoch.AcknowledgedUpTo,
                gaps = epoch.Gaps.Select(gap => new { first = gap.First, last = gap.Last }),
                conflicts = epoch.Conflicts,
                cloned = epoch.Cloned,
            }),
        }));
    }

    private static void PrintTable(Fleet fleet, bool isWide)
    {
        string[] columns = Say.IsChinese
            ? ["名称", "站点", "通道", "状态", "工牌", "最近通信", "未传", "电池", "人数", "记录", "缺口", "冲突", "时钟", "停用扇区", "固件"]
            : ["name", "site", "lane", "state", "badge", "last heard", "not sent", "battery", "people", "records", "gaps", "conflicts",
                "clock", "retired sectors", "firmware"];
        string[] more = Say.IsChinese ? ["板子", "可用内存", "可用系统内存", "最大块"] : ["board", "heap free", "native free", "largest block"];
        Present.Table("", isWide ? [.. columns, .. more] : columns,
            fleet.Nodes.Select(node => (string[])
            [
                node.Node.Name, node.Site, node.Lane, State(node), node.Now.Badge, Present.Time(node.HeardAt), $"{node.Unsent}",
                node.Status?.Number("BatteryMillivolts") is { } millivolts and > 0 ? $"{millivolts / 1000d:F2} V" : "",
                $"{node.People}", $"{node.Records}",
                string.Join(" ", node.Epochs.SelectMany(epoch => epoch.Gaps).Select(gap => $"{gap.First}–{gap.Last}")),
                node.Conflicts + (node.IsCloned ? Say.In(" (cloned card!)", "（卡片被复制！）") : ""),
                node.Now.ClockSource == 0 ? "" : $"±{node.Now.ClockErrorMs} ms", $"{node.Now.RetiredSectors}", node.Now.Firmware,
                .. isWide ? Board(node) : [],
            ]));
    }

    // From the node's last status.
    private static string[] Board(FleetNode node)
    {
        string Kilobytes(string property) => node.Status?.Number(property) is { } bytes and > 0 ? $"{bytes / 1024} KB" : "";
        return [node.Status?.Text("Board") ?? "", Kilobytes("HeapFree"), Kilobytes("NativeFree"), Kilobytes("NativeLargest")];
    }

    // A node is in place once it has started, all its parts work, and a volunteer has scanned a badge.
    private static string State(FleetNode node)
    {
        return node.Node.IsRevoked ? Say.In("revoked", "已吊销") : node.Troubles.Count > 0 ? string.Join(", ", node.Troubles)
            : node.IsInPlace ? Say.In("in place", "就位")
            : node.Node.Key is null && node.Records == 0 ? Say.In("card not scanned", "未扫卡")
            : node.Records == 0 && node.Status is null ? Say.In("not started", "未开机")
            : Say.In("no badge yet", "未扫工牌");
    }
}
