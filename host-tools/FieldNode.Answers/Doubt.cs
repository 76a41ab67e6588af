using FieldNode.Answers.Facts;

namespace FieldNode.Answers;

/// <summary>What can be in doubt; the names are those of <see cref="Doubt.Id"/>.</summary>
public static class DoubtKind
{
    /// <summary>Other bytes under one identity.</summary>
    public const string Conflict = "conflict";

    /// <summary>Two epochs of a node alive at once.</summary>
    public const string Clone = "clone";

    /// <summary>A person sampled more than once in a round.</summary>
    public const string Twice = "twice";

    /// <summary>A tube scanned by two lanes.</summary>
    public const string Tube = "tube";

    /// <summary>A tube in two bags.</summary>
    public const string Packed = "packed";

    /// <summary>A bag opened by two lanes.</summary>
    public const string Bag = "bag";

    /// <summary>Records that no route has brought.</summary>
    public const string Gap = "gap";

    /// <summary>People of a start whose clock was never set.</summary>
    public const string Clock = "clock";

    /// <summary>People whose codes cannot be read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Records from a flash image, which nobody has signed.</summary>
    public const string Image = "image";

    /// <summary>A lane's state at its node is not what its records say here.</summary>
    public const string Lane = "lane";

    public static IReadOnlyList<string> All { get; } = [Unreadable, Image, Conflict, Clone, Twice, Tube, Packed, Bag, Gap, Clock, Lane];
}

/// <summary>A record that speaks for a doubt.</summary>
/// <param name="Variant">CRC-32 of the frame in hex, which tells the records under one identity apart; else empty.</param>
/// <param name="Of">The kind of doubt: what <see cref="Count"/> counts depends on it.</param>
public sealed record Evidence(string Record, string Variant, string Where, ResolvedTime Time, string Of)
{
    /// <summary>Of a person: the tube and the position in it.</summary>
    public string Tube { get; init; } = "";

    public int Position { get; init; }

    /// <summary>Of a packed tube: its bag.</summary>
    public string Bag { get; init; } = "";

    /// <summary>Of a tube its people, of a bag its tubes, of an epoch its records; null: nothing is counted.</summary>
    public long? Count { get; init; }

    /// <summary>Of records in conflict: what each says. Of a lane: in what its states differ.</summary>
    public string Words { get; init; } = "";

    /// <summary>Of a lane: its state as it stands at a sector's head, in base64.</summary>
    public string State { get; init; } = "";
}

/// <summary>Something that the records leave open, with its evidence, until a coordinator decides.</summary>
/// <param name="Id">Names it in commands, such as tube:1/ZZ00000001: the kind and what it is about; a person stands there by the first
/// record.</param>
/// <param name="Code">The person, tube or bag that it is about; else empty.</param>
/// <param name="Count">Records or people that it concerns.</param>
public sealed record Doubt(string Id, string Kind, string Code, string Where, int Count, IReadOnlyList<Evidence> Evidence);

/// <summary>A decision as it is listed.</summary>
/// <param name="Id">The record that it is; undoing names it.</param>
public sealed record DecisionRow(string Id, string What, string About, string Value, DateTimeOffset At, string Who, string Note);
