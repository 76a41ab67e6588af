using System.Text;
using FieldNode.Lane;
using FieldNode.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Host.Cards;

/// <summary>A card that a volunteer scans to give the lane a command: its code, its texts and its sign.</summary>
/// <param name="Code">As in docs/lane-language.md.</param>
/// <param name="Sign">One or two characters, printed large, so that cards differ at a glance and without colour.</param>
public sealed record ControlCard(string Code, string English, string Chinese, string Sign, CardGroup Group);

/// <summary>Groups of cards, by who needs them and when; a sheet keeps each group together.</summary>
public enum CardGroup
{
    EveryDay,
    Closing,
    People,
    Bag,
    Category,
    NextCategory,
    Place,
    Setting,
    Technician,
    Badge,
    Practice,
    Enrolment,
}

/// <summary>All control cards.</summary>
public static class ControlCards
{
    public static IReadOnlyList<ControlCard> All { get; } =
    [
        new("FN:UNDO", "Undo the last step", "撤销上一步", "↶", CardGroup.EveryDay),
        new("FN:CLOSE", "Close the full tube", "封管：本管已满", "✓", CardGroup.EveryDay),
        new("FN:ARRIVED:1", "1 person joined the queue", "1 人加入排队", "+1", CardGroup.EveryDay),
        new("FN:ARRIVED:5", "5 people joined the queue", "5 人加入排队", "+5", CardGroup.EveryDay),
        new("FN:ARRIVED:10", "10 people joined the queue", "10 人加入排队", "+10", CardGroup.EveryDay),
        new("FN:CALL", "Call the next group", "请下一组", "»", CardGroup.EveryDay),
        new("FN:PACE", "Show pace, wait and finish", "显示速度、等候时间、预计完成时间", "◷", CardGroup.EveryDay),
        new("FN:CLOSE:EMPTY", "Close early: nobody is waiting", "提前封管：无人排队", "◔", CardGroup.Closing),
        new("FN:CLOSE:SHIFT", "Close early: the shift ends", "提前封管：换班", "⇄", CardGroup.Closing),
        new("FN:CLOSE:PLACE", "Close early: this place is done", "提前封管：本处已完成", "⚑", CardGroup.Closing),
        new("FN:CLOSE:DAMAGED", "Close early: the tube is damaged", "提前封管：试管损坏", "✗", CardGroup.Closing),
        new("FN:TEMPERATURE", "Fever, not sampled: then scan the person, or this card again", "体温高，不采：再扫此人，或再扫本卡", "▲", CardGroup.People),
        new("FN:ISOLATE", "To isolation: then scan the person, or this card again", "送隔离：再扫此人，或再扫本卡", "▼", CardGroup.People),
        new("FN:NOPAPERS:CHILD", "No papers: a child", "无证件：儿童", "∅C", CardGroup.People),
        new("FN:NOPAPERS:LOST", "No papers: lost or forgotten", "无证件：遗失或未带", "∅L", CardGroup.People),
        new("FN:NOPAPERS:FOREIGN", "No papers: from abroad", "无证件：境外人员", "∅F", CardGroup.People),
        new("FN:NOPAPERS:OTHER", "No papers: another reason", "无证件：其他原因", "∅?", CardGroup.People),
        new("FN:SEAL", "Seal the bag: scan, count, scan again", "封袋：先扫，清点，再扫", "▣", CardGroup.Bag),
        new("FN:HANDOVER", "Hand over: then the receiver's badge", "交接：再扫接收人的工牌", "⇒", CardGroup.Bag),
        new("FN:CATEGORY:GENERAL", "From now on: general (scan twice)", "此后：普通（扫两次）", "○", CardGroup.Category),
        new("FN:CATEGORY:ELDER", "From now on: elderly (scan twice)", "此后：老人（扫两次）", "△", CardGroup.Category),
        new("FN:CATEGORY:DISABLED", "From now on: disabled (scan twice)", "此后：残障（扫两次）", "□", CardGroup.Category),
        new("FN:CATEGORY:PREGNANT", "From now on: pregnant (scan twice)", "此后：孕妇（扫两次）", "◇", CardGroup.Category),
        new("FN:CATEGORY:CHILD", "From now on: children (scan twice)", "此后：儿童（扫两次）", "☆", CardGroup.Category),
        new("FN:CATEGORY:STUDENT", "From now on: students (scan twice)", "此后：学生（扫两次）", "≡", CardGroup.Category),
        new("FN:CATEGORY:MEDICAL", "From now on: medical staff (scan twice)", "此后：医护（扫两次）", "✚", CardGroup.Category),
        new("FN:CATEGORY:KEYGROUP", "From now on: key groups (scan twice)", "此后：重点人群（扫两次）", "◎", CardGroup.Category),
        new("FN:CATEGORY:RETURNED", "From now on: returned from elsewhere (scan twice)", "此后：返乡人员（扫两次）", "↩", CardGroup.Category),
        new("FN:NEXT:GENERAL", "Next person only: general", "仅下一位：普通", "1○", CardGroup.NextCategory),
        new("FN:NEXT:ELDER", "Next person only: elderly", "仅下一位：老人", "1△", CardGroup.NextCategory),
        new("FN:NEXT:DISABLED", "Next person only: disabled", "仅下一位：残障", "1□", CardGroup.NextCategory),
        new("FN:NEXT:PREGNANT", "Next person only: pregnant", "仅下一位：孕妇", "1◇", CardGroup.NextCategory),
        new("FN:NEXT:CHILD", "Next person only: child", "仅下一位：儿童", "1☆", CardGroup.NextCategory),
        new("FN:NEXT:STUDENT", "Next person only: student", "仅下一位：学生", "1≡", CardGroup.NextCategory),
        new("FN:NEXT:MEDICAL", "Next person only: medical staff", "仅下一位：医护", "1✚", CardGroup.NextCategory),
        new("FN:NEXT:KEYGROUP", "Next person only: key group", "仅下一位：重点人群", "1◎", CardGroup.NextCategory),
        new("FN:NEXT:RETURNED", "Next person only: returned from elsewhere", "仅下一位：返乡人员", "1↩", CardGroup.NextCategory),
        new("FN:DONE", "This household or stop is done", "本户、本点已完成", "⌂✓", CardGroup.Place),
        new("FN:LANE:FIXED", "Fixed lane", "固定通道", "║", CardGroup.Setting),
        new("FN:LANE:GREEN", "Green lane: everybody has a category", "绿色通道：每人须有类别", "♿", CardGroup.Setting),
        new("FN:SIZE:1", "1 person per tube", "单管：每管 1 人", "1", CardGroup.Setting),
        new("FN:SIZE:5", "5 people per tube", "每管 5 人", "5", CardGroup.Setting),
        new("FN:SIZE:10", "10 people per tube", "每管 10 人", "10", CardGroup.Setting),
        new("FN:SIZE:20", "20 people per tube", "每管 20 人", "20", CardGroup.Setting),
        new("FN:ROUND:1", "Round 1", "第 1 轮", "①", CardGroup.Setting),
        new("FN:ROUND:2", "Round 2", "第 2 轮", "②", CardGroup.Setting),
        new("FN:ROUND:3", "Round 3", "第 3 轮", "③", CardGroup.Setting),
        new("FN:SHIFT:1", "Shift 1", "第 1 班", "Ⅰ", CardGroup.Setting),
        new("FN:SHIFT:2", "Shift 2", "第 2 班", "Ⅱ", CardGroup.Setting),
        new("FN:SHIFT:3", "Shift 3", "第 3 班", "Ⅲ", CardGroup.Setting),
        new("FN:TARGET:500", "This shift: 500 people", "本班目标 500 人", "½k", CardGroup.Setting),
        new("FN:TARGET:1000", "This shift: 1,000 people", "本班目标 1000 人", "1k", CardGroup.Setting),
        new("FN:TARGET:2000", "This shift: 2,000 people", "本班目标 2000 人", "2k", CardGroup.Setting),
        new("FN:TRAINING:ON", "Training begins: nothing counts", "开始训练：不计入", "◌", CardGroup.Setting),
        new("FN:TRAINING:OFF", "Training ends: everything counts", "结束训练：正式计入", "●", CardGroup.Setting),
        new("FN:SELFTEST", "Self-test", "自检", "?", CardGroup.Technician),
        new("FN:SCANNER:CONTINUOUS", "Scanner reads all the time", "扫码头：连续读取", "∞", CardGroup.Technician),
        new("FN:SCANNER:COMMAND", "Scanner reads when its button is pressed", "扫码头：按键读取", "⊙", CardGroup.Technician),
    ];

    /// <summary>The badge of an operator, whose name is in every later record.</summary>
    /// <exception cref="HostFault">The name is empty, longer than 16 bytes, or not printable ASCII without blanks and colons.</exception>
    public static ControlCard Badge(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= OperatorSet.BadgeBytesMax && name.All(letter => letter is > ' ' and < '\x7F' and not ':')
            ? new ControlCard("FN:BADGE:" + name, name, name, "☺", CardGroup.Badge)
            : throw new HostFault("bad-badge", ExitCode.Usage,
                $"badge '{name}': 1 to {OperatorSet.BadgeBytesMax} letters, digits or signs, without blanks and colons, for example "
                + $"zhang.san", $"工牌 '{name}'：1 至 {OperatorSet.BadgeBytesMax} 个字母、数字或符号，不含空格与冒号，例如 zhang.san");
    }

    /// <summary>The card at a household's door, which begins a home visit.</summary>
    /// <exception cref="HostFault">The code is empty, longer than 24 bytes, or not printable ASCII without blanks.</exception>
    public static ControlCard Home(string code)
    {
        return new ControlCard("FN:HOME:" + PlaceCode(code), $"Home {code}", $"户 {code}", "⌂", CardGroup.Place);
    }

    /// <summary>Card that calibrates a node's battery measurement with the voltage, in millivolts, that a multimeter shows at the
    /// cells.</summary>
    /// <exception cref="HostFault">The voltage is outside a lithium cell's range, 2500 to 4500 mV.</exception>
    public static ControlCard Battery(int millivolts)
    {
        return millivolts is >= 2500 and <= 4500
            ? new ControlCard($"FN:BATTERY:{millivolts}", $"Battery voltage {millivolts} mV", $"电池电压 {millivolts} mV", "V",
                CardGroup.Technician)
            : throw new HostFault("bad-battery", ExitCode.Usage,
                $"battery {millivolts}: 2500 to 4500 millivolts, as a multimeter shows them at the cells, for example 4015",
                $"电池 {millivolts}：2500 至 4500 毫伏，即万用表在电池处的读数，例如 4015");
    }

    /// <summary>The card of a vehicle's stop.</summary>
    /// <exception cref="HostFault">As for <see cref="Home"/>.</exception>
    public static ControlCard Stop(string code)
    {
        return new ControlCard("FN:STOP:" + PlaceCode(code), $"Stop {code}", $"停靠点 {code}", "⛟", CardGroup.Place);
    }

    /// <summary>Cards of invented people for training; each names the category to scan them under (<see
    /// cref="Protocol.PracticePeople"/>).</summary>
    public static IReadOnlyList<ControlCard> PracticePeople()
    {
        return [.. Enumerable.Range(0, 2 * (Category.Last + 1)).Select(i =>
        {
            var category = (byte)(i / 2);
            var card = All.First(card => card.Code == "FN:NEXT:" + Category.Name(category).ToUpperInvariant());
            return new ControlCard(PracticeCode(i, category), $"Practice: {card.English.Split(": ")[1]}",
                $"训练：{card.Chinese.Split('：')[1]}", card.Sign[1..], CardGroup.Practice);
        })];
    }

    private static string PracticeCode(int number, byte category)
    {
        var digits = $"00000018990101{category}{number:D2}";
        return digits + (char)ResidentId.CheckCharacter(Encoding.ASCII.GetBytes(digits), 0);
    }

    private static string PlaceCode(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return code.Length is > 0 and <= LaneLimits.PlaceBytesMax && code.All(letter => letter is > ' ' and < '\x7F')
            ? code
            : throw new HostFault("bad-place", ExitCode.Usage,
                $"place '{code}': 1 to {LaneLimits.PlaceBytesMax} letters, digits or signs, without blanks, for example 3-2-1201",
                $"户码或停靠点码 '{code}'：1 至 {LaneLimits.PlaceBytesMax} 个字母、数字或符号，不含空格，例如 3-2-1201");
    }
}
