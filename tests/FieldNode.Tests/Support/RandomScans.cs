using FieldNode.Host.Cards;

namespace FieldNode.Tests.Support;

/// <summary>Random scans of a busy lane: every card, bags, tubes, people, misreads, garbage; often what would make sense next.</summary>
internal sealed class RandomScans(Random random)
{
    private static readonly string[] s_people = [.. FieldNode.Simulator.Worlds.People.Generate(40, new Random(21))];

    // Without the cards that only show something for a while and leave no record.
    private static readonly string[] s_cards =
    [
        .. ControlCards.All.Select(card => card.Code)
            .Where(code => code is not ("FN:PACE" or "FN:SELFTEST") && !code.StartsWith("FN:SCANNER", StringComparison.Ordinal)),
        .. ControlCards.PracticePeople().Select(card => card.Code),
        "FN:HOME:3-2-1201", "FN:HOME:3-2-1202", "FN:STOP:Y1", "FN:STOP:Y2", "FN:BADGE:wang", "FN:BADGE:li.si", "FN:BADGE:driver",
            "FN:NONSENSE", "rubbish", "110105194912310021", "E12345678", "fn:undo",
    ];

    /// <summary>The people who come to the lane.</summary>
    public static IReadOnlyList<string> People => s_people;

    private string _last = "FN:UNDO";

    public string Next()
    {
        _last = random.Next(20) switch
        {
            0 or 1 => $"ZZ{random.Next(12):D8}",
            2 => $"BAG{random.Next(6):D6}",
            3 => "FN:UNDO",
            4 => "FN:CLOSE:EMPTY",
            5 => "FN:SEAL",
            6 => "FN:HANDOVER",
            7 or 8 => _last, // a repeat, which answers most questions
            < 13 => s_cards[random.Next(s_cards.Length)],
            _ => s_people[random.Next(s_people.Length)],
        };
        return _last;
    }
}
