using FieldNode.Protocol.Records;

namespace FieldNode.Host.Cards;

/// <summary>A card that a volunteer scans to tell the lane something: what the scanner reads, what people read, and a picture.</summary>
/// <param name="Code">As in docs/lane-language.md.</param>
/// <param name="Sign">One or two characters, drawn large: cards are told apart at a glance and without colour.</param>
public sealed record ControlCard(string Code, string English, string Chinese, string Sign, CardGroup Group);

/// <summary>Who needs a card, and when; a sheet keeps them together.</summary>
public enum CardGroup
{
    EveryDay,
    Closing,
    Setting,
    Category,
    Technician,
    Badge,
    Enrolment,
}

/// <summary>Every control card there is.</summary>
public static class ControlCards
{
    public static IReadOnlyList<ControlCard> All { get; } =
    [
        new("FN:UNDO", "Undo the last step", "撤销上一步", "↶", CardGroup.EveryDay),
        new("FN:CLOSE", "Close the full tube", "封闭已满的管", "✓", CardGroup.EveryDay),
        new("FN:ARRIVED:1", "1 person joined the queue", "1 人加入排队", "+1", CardGroup.EveryDay),
        new("FN:ARRIVED:5", "5 people joined the queue", "5 人加入排队", "+5", CardGroup.EveryDay),
        new("FN:ARRIVED:10", "10 people joined the queue", "10 人加入排队", "+10", CardGroup.EveryDay),
        new("FN:CLOSE:EMPTY", "Close early: nobody is waiting", "提前封管：无人排队", "◔", CardGroup.Closing),
        new("FN:CLOSE:SHIFT", "Close early: the shift ends", "提前封管：换班", "⇄", CardGroup.Closing),
        new("FN:CLOSE:PLACE", "Close early: this place is done", "提前封管：本处已完成", "⚑", CardGroup.Closing),
        new("FN:CLOSE:DAMAGED", "Close early: the tube is damaged", "提前封管：试管损坏", "✗", CardGroup.Closing),
        new("FN:SIZE:1", "1 person per tube", "单管：每管 1 人", "1", CardGroup.Setting),
        new("FN:SIZE:5", "5 people per tube", "每管 5 人", "5", CardGroup.Setting),
        new("FN:SIZE:10", "10 people per tube", "每管 10 人", "10", CardGroup.Setting),
        new("FN:SIZE:20", "20 people per tube", "每管 20 人", "20", CardGroup.Setting),
        new("FN:ROUND:1", "Round 1", "第 1 轮", "①", CardGroup.Setting),
        new("FN:ROUND:2", "Round 2", "第 2 轮", "②", CardGroup.Setting),
        new("FN:ROUND:3", "Round 3", "第 3 轮", "③", CardGroup.Setting),
        new("FN:TRAINING:ON", "Training begins: nothing counts", "开始训练：不计入", "◌", CardGroup.Setting),
        new("FN:TRAINING:OFF", "Training ends: everything counts", "结束训练：正式计入", "●", CardGroup.Setting),
        new("FN:CATEGORY:GENERAL", "From now on: everybody", "此后：普通", "○", CardGroup.Category),
        new("FN:CATEGORY:ELDER", "From now on: elderly", "此后：老人", "△", CardGroup.Category),
        new("FN:CATEGORY:DISABLED", "From now on: disabled", "此后：残障", "□", CardGroup.Category),
        new("FN:CATEGORY:PREGNANT", "From now on: pregnant", "此后：孕妇", "◇", CardGroup.Category),
        new("FN:CATEGORY:CHILD", "From now on: children", "此后：儿童", "☆", CardGroup.Category),
        new("FN:SELFTEST", "Self-test", "自检", "?", CardGroup.Technician),
        new("FN:SCANNER:CONTINUOUS", "Scanner reads all the time", "扫码头：连续读取", "∞", CardGroup.Technician),
        new("FN:SCANNER:COMMAND", "Scanner reads on its button", "扫码头：按键读取", "▣", CardGroup.Technician),
    ];

    /// <summary>The badge of an operator, whose name stands in every later record.</summary>
    /// <exception cref="HostFault">The name has none, or more than 16 bytes of printable ASCII.</exception>
    public static ControlCard Badge(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= OperatorSet.BadgeBytesMax && name.All(letter => letter is > ' ' and < '\x7F' and not ':')
            ? new ControlCard("FN:BADGE:" + name, name, name, "☺", CardGroup.Badge)
            : throw new HostFault("bad-badge", ExitCode.Usage, $"badge '{name}': 1 to {OperatorSet.BadgeBytesMax} letters, digits or signs, without blanks and colons, for example zhang.san", $"工牌 '{name}'：1 至 {OperatorSet.BadgeBytesMax} 个字母、数字或符号，不含空格与冒号，例如 zhang.san");
    }
}
