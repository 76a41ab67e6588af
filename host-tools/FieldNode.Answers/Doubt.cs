using FieldNode.Answers.Facts;

namespace FieldNode.Answers;

/// <summary>Kinds of doubt, as named in <see cref="Doubt.Id"/>.</summary>
public static class DoubtKind
{
    /// <summary>Records with different bytes under one identity.</summary>
    public const string Conflict = "conflict";

    /// <summary>Two epochs of a node active at the same time.</summary>
    public const string Clone = "clone";

    /// <summary>A person sampled more than once in a round.</summary>
    public const string Twice = "twice";

    /// <summary>A tube scanned by two lanes.</summary>
    public const string Tube = "tube";

    /// <summary>A tube in two bags.</summary>
    public const string Packed = "packed";

    /// <summary>A bag opened by two lanes.</summary>
    public const string Bag = "bag";

    /// <summary>Records that have not arrived by any route.</summary>
    public const string Gap = "gap";

    /// <summary>People sampled in a boot whose clock was never set.</summary>
    public const string Clock = "clock";

    /// <summary>People whose codes cannot be read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Records from a flash image, which are unsigned.</summary>
    public const string Image = "image";

    /// <summary>A lane's state at its node differs from the state that its records give here.</summary>
    public const string Lane = "lane";

    public static IReadOnlyList<string> All { get; } = [Unreadable, Image, Conflict, Clone, Twice, Tube, Packed, Bag, Gap, Clock, Lane];
}

/// <summary>A record that supports a doubt.</summary>
/// <param name="Variant">CRC-32 of the frame in hex, which distinguishes records under one identity; "node" or "host" for a lane; else
/// empty.</param>
/// <param name="Of">The kind of doubt, which determines what <see cref="Count"/> counts.</param>
public sealed record Evidence(string Record, string Variant, string Where, ResolvedTime Time, string Of)
{
    /// <summary>For a person: the tube, and in <see cref="Position"/> the position in it.</summary>
    public string Tube { get; init; } = "";

    public int Position { get; init; }

    /// <summary>For a packed tube: its bag.</summary>
    public string Bag { get; init; } = "";

    /// <summary>For a tube its people, for a bag its tubes, for an epoch its records; null if nothing is counted.</summary>
    public long? Count { get; init; }

    /// <summary>For records in conflict: the content of each. For a lane: how its states differ.</summary>
    public string Words { get; init; } = "";

    /// <summary>For a lane: its state in base64, in the format of a sector head.</summary>
    public string State { get; init; } = "";
}

/// <summary>An open question about the records, with its evidence, for a coordinator to decide.</summary>
/// <param name="Id">Its name in commands, such as tube:1/ZZ00000001: the kind and the subject. A person is identified by the first
/// record.</param>
/// <param name="Code">The person, tube or bag concerned; else empty.</param>
/// <param name="Count">Number of records or people concerned.</param>
public sealed record Doubt(string Id, string Kind, string Code, string Where, int Count, IReadOnlyList<Evidence> Evidence);

/// <summary>A decision as listed.</summary>
/// <param name="Id">The record that holds the decision; pass it to undo the decision.</param>
public sealed record DecisionRow(string Id, string What, string About, string Value, DateTimeOffset At, string Who, string Note);
