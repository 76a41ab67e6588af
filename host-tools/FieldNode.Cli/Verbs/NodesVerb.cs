using System.CommandLine;
using System.Text.Json;
using FieldNode.Host;
using FieldNode.Host.Answers;
using FieldNode.Host.Cards;
using FieldNode.Host.Store;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode nodes: enrol nodes and see what the host holds of each.</summary>
internal static class NodesVerb
{
    public static Command Command()
    {
        return new Command("nodes", Say.In("Enrol nodes and list them", "登记与查看节点")) { Add(), Renew(), List() };
    }

    private static Command Add()
    {
        var name = Name();
        var data = Options.Data();
        var lane = new Option<string>("--lane") { Description = Say.In("Lane shown on its screen (default: NAME)", "屏幕显示的通道（默认同名称）"), HelpName = "L" };
        var site = new Option<string>("--site") { Description = Say.In("Site", "站点"), HelpName = "S", DefaultValueFactory = _ => "" };
        var card = new CardOptions();
        var command = new Command("add", Say.In(
            "Enrols a node: draws its identity and a one-time claim, and prints the text of its enrolment card. The first box that scans the card becomes the node: keep it like a key until then.\n\nExample:\n  fieldnode nodes add lane-1 --site Zhengfei --url http://10.0.0.5:8080 --wifi Site-WLAN --wifi-password secret12 --card lane-1.html",
            "登记节点：生成编号与一次性凭证，输出登记卡文本。首个扫描该卡的设备即成为该节点：在此之前请像钥匙一样保管。\n\n示例：\n  fieldnode nodes add lane-1 --site 正飞 --url http://10.0.0.5:8080 --wifi Site-WLAN --wifi-password secret12 --card lane-1.html"))
        { name, data, lane, site };
        card.AddTo(command, replaces: false);
        command.SetAction(parsed =>
        {
            var network = card.Network(parsed);
            var store = HostStore.Open(parsed.GetRequiredValue(data));
            var nodeName = parsed.GetRequiredValue(name);
            if (string.IsNullOrWhiteSpace(nodeName))
            {
                throw new HostFault("bad-name", ExitCode.Usage, "NAME is empty: give the node a name, for example lane-1", "NAME 为空：请给节点命名，例如 lane-1");
            }

            var node = EnrolmentCards.NewNode(nodeName, parsed.GetRequiredValue(site), parsed.GetValue(lane) ?? nodeName);
            var text = EnrolmentCards.Text(node, store.HostId, network);
            new NodeRegistry(store, TimeProvider.System).Add(node, () => card.Write(parsed, node, text));
            Console.Out.WriteLine(text);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Renew()
    {
        var name = Name();
        var data = Options.Data();
        var card = new CardOptions();
        var command = new Command("renew", Say.In(
            "Prints a new card for a node that is enrolled: its box was replaced, forgot its key, or gets another Wi-Fi or address. A card replaces all of the old one: give Wi-Fi, certificate, language, forms and categories again. The old card's claim is worth nothing any more; what the node has recorded stays.\n\nExample:\n  fieldnode nodes renew lane-1 --url http://10.0.0.5:8080 --wifi Site-WLAN --wifi-password secret12 --card lane-1.html",
            "为已登记节点打印新卡：更换设备、密钥丢失、或更换无线网络与地址时使用。新卡完全取代旧卡：请重新给出无线网络、证书、语言、码型与类别。旧卡凭证随即失效；已有记录保留。\n\n示例：\n  fieldnode nodes renew lane-1 --url http://10.0.0.5:8080 --wifi Site-WLAN --wifi-password secret12 --card lane-1.html"))
        { name, data };
        card.AddTo(command, replaces: true);
        command.SetAction(parsed =>
        {
            var network = card.Network(parsed);
            var store = HostStore.Open(parsed.GetRequiredValue(data), create: false);
            var text = "";
            new NodeRegistry(store, TimeProvider.System).Renew(parsed.GetRequiredValue(name), EnrolmentCards.NewClaim(), node =>
            {
                text = EnrolmentCards.Text(node, store.HostId, network);
                card.Write(parsed, node, text);
            });
            Console.Out.WriteLine(text);
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Name()
    {
        return new Argument<string>("NAME") { Description = Say.In("The node's name, for example lane-1", "节点名称，例如 lane-1") };
    }

    private static Command List()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("list", Say.In(
            "Lists the nodes: whether each is in place, when it was last heard, battery, what it has not uploaded, clock, flash, firmware, and what of it is here. Exit 3 when records are missing.\n\nExample:\n  fieldnode nodes list --data site-data",
            "列出节点：是否就位、最近通信、电池、未传条数、时钟、闪存、固件，以及已有记录。有缺失时退出码为 3。\n\n示例：\n  fieldnode nodes list --data site-data")) { data, json };
        command.SetAction(parsed =>
        {
            var fleet = Fleet.Of(HostStore.Open(parsed.GetRequiredValue(data), create: false));
            if (parsed.GetValue(json))
            {
                PrintJson(fleet);
            }
            else
            {
                PrintTable(fleet);
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

    private static void PrintTable(Fleet fleet)
    {
        Present.Table("", Say.IsChinese
            ? ["名称", "站点", "通道", "状态", "工牌", "最近通信", "未传", "电池", "人数", "记录", "缺口", "冲突", "时钟", "停用扇区", "固件"]
            : ["name", "site", "lane", "state", "badge", "last heard", "not sent", "battery", "people", "records", "gaps", "conflicts", "clock", "retired sectors", "firmware"],
            fleet.Nodes.Select(node => new[]
            {
                node.Node.Name, node.Site, node.Lane, State(node), node.Now.Badge, Present.Time(node.HeardAt), $"{node.Unsent}",
                node.Status?.Number("BatteryMillivolts") is { } millivolts and > 0 ? $"{millivolts / 1000d:F2} V" : "",
                $"{node.People}", $"{node.Records}",
                string.Join(" ", node.Epochs.SelectMany(epoch => epoch.Gaps).Select(gap => $"{gap.First}–{gap.Last}")),
                node.Conflicts + (node.IsCloned ? Say.In(" (cloned card!)", "（卡片被复制！）") : ""),
                node.Now.ClockSource == 0 ? "" : $"±{node.Now.ClockErrorMs} ms", $"{node.Now.RetiredSectors}", node.Now.Firmware,
            }));
    }

    // The roll-call: a node that was started, whose parts all work, and at which a volunteer scanned a badge is in place.
    private static string State(FleetNode node)
    {
        return node.Troubles.Count > 0 ? string.Join(", ", node.Troubles)
            : node.IsInPlace ? Say.In("in place", "就位")
            : node.Node.Key is null && node.Records == 0 ? Say.In("card not scanned", "未扫卡")
            : node.Records == 0 && node.Status is null ? Say.In("not started", "未开机")
            : Say.In("no badge yet", "未扫工牌");
    }
}
