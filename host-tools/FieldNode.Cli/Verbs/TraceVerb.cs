using FieldNode.Answers;
using FieldNode.Log;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode trace: who is in a tube.</summary>
internal static class TraceVerb
{
    public static Command Command()
    {
        var tube = new Argument<string>("TUBE") { Description = Help.Text("trace TUBE") };
        var data = Options.Data();
        var round = Options.Round();
        var positive = new Option<bool>("--positive") { Description = Help.Text("trace --positive") };
        var who = Options.Who();
        var note = Options.Note();
        var json = Options.Json();
        var reveal = new RevealOption();
        var command = new Command("trace", Help.Text("trace"))
        { tube, data, round, positive, who, note, json };
        reveal.AddTo(command, who);
        command.SetAction(parsed =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            var code = parsed.GetRequiredValue(tube).Trim();
            var tubes = TraceAnswer.Compute(store, code, parsed.GetValue(round));
            if (parsed.GetValue(positive) && tubes.Count > 0)
            {
                new Settlement(store, TimeProvider.System).MarkPositive(tubes, parsed.GetRequiredValue(who), parsed.GetRequiredValue(note));
                tubes = TraceAnswer.Compute(store, code, parsed.GetValue(round));
            }

            var codes = reveal.Codes(parsed, store, "trace", $"tube {code}",
                tubes.Sum(traced => traced.People.Count + traced.QueueBefore.Count + traced.QueueAfter.Count));
            tubes = [.. tubes.Select(traced => traced.With(codes))];
            if (parsed.GetValue(json))
            {
                Present.Json(tubes);
            }
            else
            {
                tubes.ToList().ForEach(traced => Print(traced, parsed.GetValue(positive)));
            }

            if (tubes.Count == 0)
            {
                Say.Info(Say.In($"No record of tube '{code}': is the code right, and has its lane uploaded? See fieldnode gaps",
                    $"没有试管“{code}”的记录：编号是否正确？该通道是否已上传？见 fieldnode gaps"));
                return ExitCode.SomethingMissing;
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(TracedTube tube, bool isolate)
    {
        Present.Line(Say.In(
            $"Tube {tube.Tube}, round {tube.Round}: {tube.People.Count} of {tube.Size} people, {$"{tube.Site} {tube.Lane}".Trim()}, "
                + $"opened {Present.Time(tube.Opened)}, operators {string.Join(", ", tube.Operators)}",
            $"试管 {tube.Tube}，第 {tube.Round} 轮：{tube.People.Count}/{tube.Size} 人，{$"{tube.Site} {tube.Lane}".Trim()}，开管 "
                + $"{Present.Time(tube.Opened)}，操作员 {string.Join("、", tube.Operators)}"));
        if (tube.Positive.Length > 0)
        {
            Present.Line(Say.In($"POSITIVE since {tube.Positive}", $"阳性，标记于 {tube.Positive}"));
        }

        Present.Table(isolate ? Say.In("Isolate and sample individually", "需隔离并单采") : "", Columns(),
            tube.People.Select(person => Row(person, $"{person.Position}")));
        Present.Table(Say.In("In the queue before and after", "队列前后的人"), Columns(),
            [.. tube.QueueBefore.Select(person => Row(person, Say.In("before", "前"))),
            .. tube.QueueAfter.Select(person => Row(person, Say.In("after", "后")))]);
        foreach (var (word, neighbour) in new[] { (Say.In("Tube before", "上一管"), tube.TubeBefore),
            (Say.In("Tube after", "下一管"), tube.TubeAfter) })
        {
            Present.Line(neighbour is null ? $"{word}: –"
                : Say.In($"{word}: {neighbour.Tube}, {neighbour.People} people, {Present.Time(neighbour.Opened)}",
                $"{word}：{neighbour.Tube}，{neighbour.People} 人，{Present.Time(neighbour.Opened)}"));
        }

        Present.Line(tube.Bag is { } bag
            ? Say.In($"Bag {bag.Code} ({tube.BagLane})" + (bag.Receiver.Length > 0
                ? $", handed over by {bag.Giver} to {bag.Receiver} {Present.Time(bag.HandedOver)}" : bag.IsSealed ? ", sealed" : ", open"),
                $"转运袋 {bag.Code}（{tube.BagLane}）" + (bag.Receiver.Length > 0
                ? $"，{bag.Giver} 交给 {bag.Receiver}，{Present.Time(bag.HandedOver)}" : bag.IsSealed ? "，已封袋" : "，未封袋"))
            : Say.In("Not in a bag known here", "尚无装袋记录"));
    }

    private static string[] Columns() => Say.IsChinese ? ["位", "人员", "姓名", "电话", "门牌", "类别", "操作员", "时间", "试管"]
        : ["#", "person", "name", "phone", "door", "category", "operator", "time", "tube"];

    private static string[] Row(TracedPerson person, string place)
    {
        return [place, person.Person, person.Roster?.Name ?? "", person.Roster?.Phone ?? "", person.Roster is { } roster
            ? $"{roster.Building} {roster.Household}".Trim() : "", person.Category, person.Operator,
            Present.Time(person.Time), person.Tube];
    }
}
