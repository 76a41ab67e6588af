using FieldNode.Answers;
using FieldNode.Log;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode doubts and decide: doubts in the records, and a coordinator's decisions about them.</summary>
internal static class DoubtsVerb
{
    private const int EvidenceMax = 20;

    public static Command Doubts()
    {
        var data = Options.Data();
        var kind = new Option<string[]>("--kind") { Description = Help.Text("doubts --kind"), HelpName = "KIND" };
        kind.AcceptOnlyFromAmong([.. DoubtKind.All]);
        var decided = new Option<bool>("--decided") { Description = Help.Text("doubts --decided") };
        var json = Options.Json();
        var reveal = new RevealOption();
        var command = new Command("doubts", Help.Text("doubts"))
        { data, kind, decided, json };
        reveal.AddTo(command);
        command.SetAction(parsed =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            var answer = new DoubtsAnswer(store, Fleet.Read(store));
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
                        .ForEach(evidence => Present.Line((
                            $"    {evidence.Record} {evidence.Variant} {evidence.Where} {Present.Time(evidence.Time)} "
                            + What(evidence)).TrimEnd()));
                    if (doubt.Evidence.Count > EvidenceMax)
                    {
                        Present.Line(Say.In($"    and {doubt.Evidence.Count - EvidenceMax} more",
                            $"    另有 {doubt.Evidence.Count - EvidenceMax} 条"));
                    }
                }

                Say.Info(Say.In($"{doubts.Count} doubts", $"{doubts.Count} 个疑点"));
            }

            return doubts.Count > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    public static Command Decide()
    {
        var doubt = new Argument<string>("DOUBT") { Description = Help.Text("decide DOUBT") };
        var choice = new Argument<string>("CHOICE") { Description = Help.Text("decide CHOICE") };
        choice.AcceptOnlyFromAmong([.. Settlement.Choices, "undo"]);
        var value = new Argument<string?>("VALUE") { Description = Help.Text("decide VALUE"), Arity = ArgumentArity.ZeroOrOne };
        var data = Options.Data();
        var who = Options.Who();
        var note = Options.Note();
        var command = new Command("decide", Help.Text("decide"))
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

            Say.Info(Say.In("Decided; written to this host's log", "已决定：已写入本主机日志"));
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
            ? Say.In("the key is missing: the node's next card brings it", "缺少密钥：节点扫新卡后自动补齐")
            : Say.In("its decrypted content is not a code", "解密后的内容不是有效编号");
    }

    private static void PrintDecisions(IReadOnlyList<DecisionRow> decisions, bool json)
    {
        if (json)
        {
            Present.Json(decisions);
            return;
        }

        Present.Table("", Say.IsChinese ? ["决定", "内容", "对象", "值", "时间", "何人", "备注"]
            : ["decision", "what", "about", "value", "when", "who", "note"],
            decisions.Select(row => new[] { row.Id, row.What, row.About, row.Value, Present.Time(row.At), row.Who, row.Note }));
        Say.Info(Say.In($"{decisions.Count} decisions", $"{decisions.Count} 项决定"));
    }
}
