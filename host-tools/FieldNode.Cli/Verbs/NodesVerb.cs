using System.CommandLine;
using System.Text.Json;
using FieldNode.Host;
using FieldNode.Host.Cards;
using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using Spectre.Console;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode nodes: enrol nodes and see what the host holds of each.</summary>
internal static class NodesVerb
{
    public static Command Command()
    {
        return new Command("nodes", Say.In("Enrol nodes and list them", "登记与查看节点")) { Add(), List() };
    }

    private static Command Add()
    {
        var name = new Argument<string>("NAME") { Description = Say.In("The node's name, for example lane-1", "节点名称，例如 lane-1") };
        var data = Options.Data();
        var lane = new Option<string>("--lane") { Description = Say.In("Lane shown on its screen (default: NAME)", "屏幕显示的通道（默认同名称）"), HelpName = "L" };
        var site = new Option<string>("--site") { Description = Say.In("Site", "站点"), HelpName = "S", DefaultValueFactory = _ => "" };
        var url = new Option<string>("--url") { Description = Say.In("Address at which nodes reach this host", "节点访问本主机的地址"), HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var card = new Option<string[]>("--card") { Description = Say.In("Write the card here too: .png, .svg or .txt; may be repeated", "同时写出卡片：.png、.svg 或 .txt，可重复"), HelpName = "FILE" };
        var command = new Command("add", Say.In(
            "Enrols a node: draws its identity and key, and prints the text of its enrolment card. Whoever has the card is the node: keep it like a key.\n\nExample:\n  fieldnode nodes add lane-1 --site Zhengfei --url http://10.0.0.5:8080 --card lane-1.png --card lane-1.txt",
            "登记节点：生成编号与密钥，输出登记卡文本。持卡即为该节点：请像钥匙一样保管。\n\n示例：\n  fieldnode nodes add lane-1 --site 正飞 --url http://10.0.0.5:8080 --card lane-1.png --card lane-1.txt"))
        { name, data, lane, site, url, card };
        command.SetAction(parsed =>
        {
            var address = parsed.GetRequiredValue(url);
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                throw new HostFault("bad-url", ExitCode.Usage, $"--url '{address}' is no address: give for example http://10.0.0.5:8080", $"--url '{address}' 不是地址：例如 http://10.0.0.5:8080");
            }

            var store = HostStore.Open(parsed.GetRequiredValue(data));
            var nodeName = parsed.GetRequiredValue(name);
            if (string.IsNullOrWhiteSpace(nodeName))
            {
                throw new HostFault("bad-name", ExitCode.Usage, "NAME is empty: give the node a name, for example lane-1", "NAME 为空：请给节点命名，例如 lane-1");
            }

            var node = EnrolmentCards.NewNode(nodeName, parsed.GetRequiredValue(site), parsed.GetValue(lane) ?? nodeName);
            var text = EnrolmentCards.Text(node, store.HostId, address);
            new NodeRegistry(store, TimeProvider.System).Add(node, () => WriteCards(node, text, parsed.GetValue(card) ?? []));
            Console.Out.WriteLine(text);
            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteCards(EnrolledNode node, string text, string[] paths)
    {
        var files = paths.Select(path => (path, bytes: EnrolmentCards.Render(text, path))).ToList();
        foreach (var (path, bytes) in files)
        {
            using var stream = Options.OpenSecret(path);
            stream.Write(bytes);
            Say.Talk(Say.In($"Card of {node.Name} ({node.IdText}) is in {path}", $"{node.Name}（{node.IdText}）的卡片在 {path}"));
        }
    }

    private static Command List()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("list", Say.In(
            "Lists the nodes, what of each is here, and gaps. Exit 3 when records are missing.\n\nExample:\n  fieldnode nodes list --data site-data",
            "列出节点、已有记录与缺口。有缺失时退出码为 3。\n\n示例：\n  fieldnode nodes list --data site-data")) { data, json };
        command.SetAction(parsed =>
        {
            var store = HostStore.Open(parsed.GetRequiredValue(data), create: false);
            var nodes = new NodeRegistry(store, TimeProvider.System).List();
            var epochs = new LogStatus(store).Epochs();
            if (parsed.GetValue(json))
            {
                PrintJson(nodes, epochs);
            }
            else
            {
                PrintTable(nodes, epochs);
            }

            return epochs.Any(epoch => epoch.Gaps.Count > 0) ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    private static void PrintJson(IReadOnlyList<EnrolledNode> nodes, IReadOnlyList<EpochStatus> epochs)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(nodes.Select(node => new
        {
            name = node.Name,
            node = node.IdText,
            site = node.Site,
            lane = node.Lane,
            epochs = epochs.Where(epoch => epoch.Node == node.Id).Select(epoch => new
            {
                epoch = epoch.Epoch.ToString("X8"),
                records = epoch.Records,
                acknowledged = epoch.AcknowledgedUpTo,
                gaps = epoch.Gaps.Select(gap => new { first = gap.First, last = gap.Last }),
                conflicts = epoch.Conflicts,
                cloned = epoch.Cloned,
            }),
        })));
    }

    private static void PrintTable(IReadOnlyList<EnrolledNode> nodes, IReadOnlyList<EpochStatus> epochs)
    {
        var table = new Table().Border(TableBorder.Rounded);
        string[] columns = Say.IsChinese
            ? ["名称", "编号", "站点", "通道", "记录", "已确认到", "缺口", "冲突"]
            : ["name", "node", "site", "lane", "records", "acknowledged to", "gaps", "conflicts"];
        table.AddColumns(columns);
        foreach (var node in nodes)
        {
            var own = epochs.Where(epoch => epoch.Node == node.Id).ToList();
            var gaps = string.Join(" ", own.SelectMany(epoch => epoch.Gaps).Select(gap => $"{gap.First}–{gap.Last}"));
            var conflicts = own.Sum(epoch => epoch.Conflicts) + (own.Any(epoch => epoch.Cloned) ? Say.In(" (cloned card!)", "（卡片被复制！）") : "");
            string[] cells = [node.Name, node.IdText, node.Site, node.Lane, $"{own.Sum(epoch => epoch.Records)}", string.Join(" ", own.Select(epoch => epoch.AcknowledgedUpTo)), gaps, $"{conflicts}"];
            table.AddRow(Array.ConvertAll(cells, Markup.Escape));
        }

        Terminal.Output.Write(table);
    }
}
