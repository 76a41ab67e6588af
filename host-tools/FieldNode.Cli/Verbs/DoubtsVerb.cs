using FieldNode.Answers;
using FieldNode.Log;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode doubts and decide: what the records leave open, and what a coordinator makes of it.</summary>
internal static class DoubtsVerb
{
    private const int EvidenceMax = 20;

    public static Command Doubts()
    {
        var data = Options.Data();
        var kind = new Option<string[]>("--kind") { Description = Say.In("Only these kinds", "仅这些类别"), HelpName = "KIND" };
        kind.AcceptOnlyFromAmong([.. DoubtKind.All]);
        var decided = new Option<bool>("--decided") { Description = Say.In("List the decisions instead", "改为列出已作决定") };
        var json = Options.Json();
        var reveal = new RevealOption();
        var command = new Command("doubts", Say.In(
            "What the records leave open, with evidence: people whose codes cannot be read (unreadable), records from a flash image that "
                + "nobody has signed (image), other bytes under one identity (conflict), cloned cards (clone), people sampled twice in a "
                + "round (twice), a tube on two lanes (tube) or in two bags (packed), a bag on two lanes (bag), records missing (gap), a "
                + "clock that was never set (clock), a lane that is not at its node what its records say here (lane). Exit 3 when there "
                + "are any.\n\nExamples:\n  fieldnode doubts\n  fieldnode doubts --kind twice --json\n  fieldnode doubts --decided",
            "记录中的疑点及证据：人员编码无法读取（unreadable）、来自未签名闪存映像的记录（image）、同一编号内容不同（conflict）、卡片被复制（clone）、本轮重复采样（twice）、试管在两条通道（tube）或两个袋中（packed）、袋在两条通道（bag）、记录缺失（gap）、时钟从未设置（clock）、通道状态在节点与主机上不一致（lane）。有疑点时退出码为 3。\n\n示例：\n  fieldnode doubts\n  fieldnode doubts --kind twice --json\n  fieldnode doubts --decided"))
        { data, kind, decided, json };
        reveal.AddTo(command);
        command.SetAction(parsed =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            var answer = new DoubtsAnswer(store, Fleet.Of(store));
            if (parsed.GetValue(decided))
            {
                PrintDecisions(answer.Decisions(), parsed.GetValue(json));
                return ExitCode.Done;
            }

            var doubts = answer.List(parsed.GetValue(kind) ?? []);
            var codes = reveal.Codes(parsed, store, "doubts", DoubtKind.Twice, doubts.Count(doubt => doubt.Kind == DoubtKind.Twice));
            doubts = [.. doubts.Select(doubt => doubt.With(codes))];
            if (parsed.GetValue(json))
            {
                Present.Json(doubts);
            }
            else
            {
                foreach (var doubt in doubts)
                {
                    Present.Line($"{doubt.Id}  {doubt.Code} {doubt.Where} ({doubt.Count})".Trim());
                    doubt.Evidence.Take(EvidenceMax).ToList()
                        .ForEach(evidence => Present.Line($"    {evidence.Record} {evidence.Variant} {evidence.Where} {Present.Time(evidence.Time)} {What(evidence)}".TrimEnd()));
                    if (doubt.Evidence.Count > EvidenceMax)
                    {
                        Present.Line(Say.In($"    and {doubt.Evidence.Count - EvidenceMax} more",
                            $"    另有 {doubt.Evidence.Count - EvidenceMax} 条"));
                    }
                }

                Say.Talk(Say.In($"{doubts.Count} doubts", $"{doubts.Count} 个疑点"));
            }

            return doubts.Count > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    public static Command Decide()
    {
        var doubt = new Argument<string>("DOUBT") { Description = Say.In("As doubts lists it; or a decision to take back with undo", "doubts 列出的编号；或用 undo 撤回的决定") };
        var choice = new Argument<string>("CHOICE") { Description = Say.In("accept, keep VARIANT, strike RECORD, time WHEN, or undo", "accept、keep 变体、strike 记录、time 时间，或 undo") };
        choice.AcceptOnlyFromAmong([.. Settlement.Choices, "undo"]);
        var value = new Argument<string?>("VALUE") { Description = Say.In("Variant, record or time", "变体、记录或时间"), Arity = ArgumentArity.ZeroOrOne };
        var data = Options.Data();
        var who = Options.Who();
        var note = Options.Note();
        var command = new Command("decide", Say.In(
            "Settles a doubt. The decision is a record of this host's own log: it travels with every export and pull, and can be taken "
                + "back by another record.\n\nExamples:\n  fieldnode decide tube:1/ZZ00000001 accept --who li.si --note \"same tube, two "
                + "badges\"\n  fieldnode decide twice:1/00000000000000A1/1B2C3D4E/17 strike 00000000000000A2/5F6A7B8C/40 --who li.si\n  "
                + "fieldnode decide clock:00000000000000A1/1B2C3D4E/4 time \"2021-11-07 06:40\"\n  fieldnode decide "
                + "FFFFFFFF1A2B3C4D/5E6F7A8B/2 undo",
            "了结疑点。决定本身是本主机日志中的一条记录：随导出与拉取传播，并可由另一条记录撤回。\n\n示例：\n  fieldnode decide tube:1/ZZ00000001 accept --who li.si --note "
                + "\"同一管，两名操作员\"\n  fieldnode decide twice:1/00000000000000A1/1B2C3D4E/17 strike 00000000000000A2/5F6A7B8C/40 --who "
                + "li.si\n  fieldnode decide clock:00000000000000A1/1B2C3D4E/4 time \"2021-11-07 06:40\"\n  fieldnode decide "
                + "FFFFFFFF1A2B3C4D/5E6F7A8B/2 undo"))
        { doubt, choice, value, data, who, note };
        command.SetAction(parsed =>
        {
            var settlement = new Settlement(Options.Open(parsed.GetRequiredValue(data)), TimeProvider.System);
            if (parsed.GetRequiredValue(choice) == "undo")
            {
                settlement.TakeBack(parsed.GetRequiredValue(doubt));
            }
            else
            {
                settlement.Settle(parsed.GetRequiredValue(doubt), parsed.GetRequiredValue(choice), parsed.GetValue(value),
                    parsed.GetRequiredValue(who), parsed.GetRequiredValue(note));
            }

            Say.Talk(Say.In("Decided: it is in this host's log", "已决定：已写入本主机日志"));
            return ExitCode.Done;
        });
        return command;
    }

    private static string What(Evidence evidence)
    {
        string[] parts =
        [
            evidence.Tube.Length > 0 ? Say.In($"tube {evidence.Tube}, position {evidence.Position}", $"试管 {evidence.Tube}，第 "
                + $"{evidence.Position} 位") : "",
            evidence.Bag.Length > 0 ? Say.In($"bag {evidence.Bag}", $"袋 {evidence.Bag}") : "",
            evidence.Count is not { } count ? "" : evidence.Of switch
            {
                DoubtKind.Clone or DoubtKind.Image => Say.In($"{count} records", $"{count} 条记录"),
                DoubtKind.Bag => Say.In($"{count} tubes", $"{count} 管"),
                _ => Say.In($"{count} people", $"{count} 人"),
            },
            evidence.Of == DoubtKind.Unreadable ? Unreadable(evidence.Words) : evidence.Words,
        ];
        return string.Join(", ", parts.Where(part => part.Length > 0));
    }

    private static string Unreadable(string words)
    {
        return words == DoubtsAnswer.LacksKey
            ? Say.In("the key is not here: the node's next card brings it", "缺少密钥：节点扫新卡后自动补齐")
            : Say.In("what it opens to is no code", "解出的内容不是编码");
    }

    private static void PrintDecisions(IReadOnlyList<DecisionRow> decisions, bool json)
    {
        if (json)
        {
            Present.Json(decisions);
            return;
        }

        Present.Table("", Say.IsChinese ? ["决定", "内容", "关于", "值", "时间", "何人", "备注"]
            : ["decision", "what", "about", "value", "when", "who", "note"],
            decisions.Select(row => new[] { row.Id, row.What, row.About, row.Value, Present.Time(row.At), row.Who, row.Note }));
        Say.Talk(Say.In($"{decisions.Count} decisions", $"{decisions.Count} 项决定"));
    }
}
