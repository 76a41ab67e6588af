using FieldNode.Answers;
using FieldNode.Log;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode manifest: lists bags, their tubes and both signatures.</summary>
internal static class ManifestVerb
{
    public static Command Command()
    {
        var bag = new Argument<string?>("BAG") { Description = Help.Text("manifest BAG"), Arity = ArgumentArity.ZeroOrOne };
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("manifest", Help.Text("manifest"))
        { bag, data, json };
        command.SetAction(parsed =>
        {
            var code = parsed.GetValue(bag);
            var store = Options.Open(parsed.GetRequiredValue(data));
            var bags = ManifestAnswer.Compute(store, Fleet.Read(store), TimeProvider.System.GetUtcNow(), code);
            if (parsed.GetValue(json))
            {
                Present.Json(bags);
            }
            else
            {
                Print(bags, code is not null);
            }

            return (code is not null && bags.Count == 0) || bags.Any(manifest => manifest.State != "handed-over" || manifest.IsLate)
                ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Manifest> bags, bool withTubes)
    {
        Present.Table("", Say.IsChinese ? ["袋", "轮次", "站点", "通道", "状态", "管数", "人数", "交出人", "接收人", "交接时间", "最早一管"]
            : ["bag", "round", "site", "lane", "state", "tubes", "people", "giver", "receiver", "handed over", "oldest tube"],
            bags.Select(bag => new[] { bag.Bag, $"{bag.Round}", bag.Site, bag.Lane, State(bag.State), $"{bag.Tubes}", $"{bag.People}",
                bag.Giver, bag.Receiver, Present.Time(bag.HandedOver), Age(bag) }));
        foreach (var bag in bags.Where(_ => withTubes))
        {
            Present.Table(bag.Bag, Say.IsChinese ? ["序", "试管", "人数"] : ["#", "tube", "people"],
                bag.Row.Tubes.Select((tube, i) =>
                new[] { $"{i + 1}", tube.Code, tube.People < 0 ? Say.In("another lane's", "其他通道") : $"{tube.People}" }));
        }

        if (bags.Count == 0)
        {
            Say.Info(Say.In("No bags recorded here", "没有转运袋记录"));
        }
    }

    private static string Age(Manifest bag) => bag.OldestMinutes is { } minutes
        ? Say.In($"{minutes} min{(bag.IsLate ? " LATE" : "")}", $"{minutes} 分钟{(bag.IsLate ? " 超时" : "")}") : "";

    private static string State(string state) =>
        state switch { "open" => Say.In("open", "未封袋"), "sealed" => Say.In("sealed", "已封袋"), _ => Say.In("handed over", "已交接") };
}
