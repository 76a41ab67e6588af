using FieldNode.Log.Parts;

namespace FieldNode.Answers.Projection;

/// <summary>A lane's state as reported by its node, and as derived here.</summary>
/// <param name="Held">The host's state as of the same record; null if not compared yet.</param>
internal sealed record ReportedLaneState(LaneReport Report, byte[]? Held)
{
    public bool IsSame => Held is not null && Report.State.AsSpan().SequenceEqual(Held);

    public bool Differs => Held is not null && !IsSame;
}
