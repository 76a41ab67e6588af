namespace FieldNode.Host.Reports;

/// <summary>What became of a person's record.</summary>
public static class PersonState
{
    public const string Valid = "valid";
    public const string Undone = "undone";
    public const string Training = "training";

    /// <summary>The identity exists with other bytes too; both are kept.</summary>
    public const string Conflict = "conflict";
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
    ResolvedTime Time);
