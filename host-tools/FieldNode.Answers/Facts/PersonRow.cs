namespace FieldNode.Answers.Facts;

/// <summary>States of a person's record.</summary>
public static class PersonState
{
    public const string Valid = "valid";
    public const string Undone = "undone";
    public const string Training = "training";

    /// <summary>A coordinator decided that it does not count.</summary>
    public const string Struck = "struck";

    /// <summary>The tube was closed as damaged: the person must be sampled again.</summary>
    public const string Damaged = "damaged";

    /// <summary>Another record with the same identity but different bytes exists; both are kept.</summary>
    public const string Conflict = "conflict";

    /// <summary>The code cannot be read: the key is not here yet, or the opened bytes are not a valid code. The person is
    /// unknown.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>It counts, but comes only from a flash image, which is unsigned; until a coordinator accepts it.</summary>
    public const string Image = "image";

    /// <summary>Whether a person in this state counts as sampled.</summary>
    public static bool Counts(string state) => state is Valid or Conflict or Image;
}

/// <summary>One person in the merged log.</summary>
public sealed record PersonRow(
    ulong Node,
    uint Epoch,
    uint Sequence,
    string Site,
    string Lane,
    int Round,
    string Tube,
    int Position,
    string Person,
    string Category,
    string Operator,
    string State,
    ResolvedTime Time)
{
    public int Shift { get; init; } = 1;

    /// <summary>"fixed", "green", "home" or "stop".</summary>
    public string LaneKind { get; init; } = "fixed";

    /// <summary>Code of the household or stop, or empty.</summary>
    public string Place { get; init; } = "";

    /// <summary>"id", "other" or "none"; for "none", <see cref="Person"/> holds the reason.</summary>
    public string Papers { get; init; } = "id";

    /// <summary>Sequence number of the tube's record.</summary>
    public uint TubeSequence { get; init; }

    /// <summary>The node warned that this person was already sampled this round, and the volunteer insisted.</summary>
    public bool Warned { get; init; }
}
