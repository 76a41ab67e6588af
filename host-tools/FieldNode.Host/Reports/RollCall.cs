using FieldNode.Host.Store;

namespace FieldNode.Host.Reports;

/// <summary>A lane at roll-call (field-facts A1): in place once its node was started, is well, and a volunteer's badge was scanned.</summary>
public sealed record LaneInPlace(string Site, string Lane, string Badge, IReadOnlyList<string> Troubles)
{
    public bool IsInPlace => Badge.Length > 0 && Troubles.Count == 0;
}

/// <summary>Who is in place and who is missing.</summary>
public static class RollCall
{
    /// <summary>Every enrolled node, by site and lane.</summary>
    public static IReadOnlyList<LaneInPlace> Of(IEnumerable<EnrolledNode> nodes, IEnumerable<EpochDay> days)
    {
        var byNode = days.ToLookup(day => day.Node);
        return [.. nodes.Select(node => Of(node, byNode[node.Id].LastOrDefault())).OrderBy(lane => lane.Site, StringComparer.Ordinal).ThenBy(lane => lane.Lane, StringComparer.Ordinal)];
    }

    private static LaneInPlace Of(EnrolledNode node, EpochDay? day)
    {
        return new LaneInPlace(node.Site, node.Lane, day?.Now.Badge ?? "", day?.Now.Troubles() ?? []);
    }
}
