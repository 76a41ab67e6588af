using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using FieldNode.Protocol;

namespace FieldNode.Host.Answers;

/// <summary>One node: who it is, how its lane stands, what of it is here.</summary>
public sealed record FleetNode(EnrolledNode Node, LaneNow Now, int People, IReadOnlyList<EpochStatus> Epochs, StatusReport? Status)
{
    /// <summary>The site and lane that its log tells; before its first start those of its card.</summary>
    public string Site => Now.Site.Length > 0 ? Now.Site : Node.Site;

    public string Lane => Now.Lane.Length > 0 ? Now.Lane : Node.Lane;

    public long Records => Epochs.Sum(epoch => epoch.Records);

    public int Gaps => Epochs.Sum(epoch => epoch.Gaps.Count);

    public int Conflicts => Epochs.Sum(epoch => epoch.Conflicts);

    public bool IsCloned => Epochs.Any(epoch => epoch.Cloned);

    /// <summary>Parts that somebody must look at, as its records and its last status tell.</summary>
    public IReadOnlyList<string> Troubles => [.. Now.Troubles().Concat(Status?.Troubles() ?? []).Distinct()];

    /// <summary>Started, well, and a volunteer's badge was scanned (field-facts A1).</summary>
    public bool IsInPlace => Now.Badge.Length > 0 && Troubles.Count == 0;

    /// <summary>When this host last heard of it: by a status, or the time of its last record.</summary>
    public DateTimeOffset? HeardAt => (Status?.ReceivedAt, Now.Last.At) is var (status, record) && status > record ? status : record ?? status;

    /// <summary>Records on the node that no host holds yet, as it last told; null: it told nothing.</summary>
    public long? Unsent => Status?.Number("Unsent");
}

/// <summary>People of a node who count together.</summary>
/// <param name="Hour">Hours since 1970; -1: not known.</param>
public readonly record struct FleetTally(int Round, byte Category, string LaneKind, int Hour, int People, FleetNode Node);

/// <summary>Every node that this host knows, with the people that each sampled.</summary>
public sealed class Fleet
{
    private Fleet(IReadOnlyList<FleetNode> nodes, IReadOnlyList<FleetTally> tallies)
    {
        Nodes = nodes;
        Tallies = tallies;
    }

    /// <summary>By site and lane.</summary>
    public IReadOnlyList<FleetNode> Nodes { get; }

    public IReadOnlyList<FleetTally> Tallies { get; }

    /// <summary>The round that was worked on last.</summary>
    public int LastRound => Tallies.Count == 0 ? 1 : Tallies.Max(tally => tally.Round);

    public static Fleet Of(HostStore store) => Of(store, new FleetMemory());

    /// <param name="memory">What was read before: only epochs that changed since are read again.</param>
    internal static Fleet Of(HostStore store, FleetMemory memory)
    {
        ArgumentNullException.ThrowIfNull(store);
        var epochs = new LogStatus(store).Epochs().Where(epoch => !HostNode.IsHost(epoch.Node)).ToLookup(epoch => epoch.Node);
        var statuses = new NodeStatuses(store).All();
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            memory.Refresh(connection);
            var nodes = NodeRegistry.List(connection).Where(node => !HostNode.IsHost(node.Id))
                .Select(node => new FleetNode(node, memory.NewestOf(node.Id), memory.Of(node.Id).Sum(epoch => epoch.Tallies.Sum(tally => tally.People)), [.. epochs[node.Id]], statuses.GetValueOrDefault(node.Id)))
                .OrderBy(node => node.Site, NaturalOrder.Instance).ThenBy(node => node.Lane, NaturalOrder.Instance).ThenBy(node => node.Node.Id).ToList();
            return new Fleet(nodes, [.. from node in nodes
                                        from epoch in memory.Of(node.Node.Id)
                                        from tally in epoch.Tallies
                                        select new FleetTally(tally.Round, tally.Category, tally.LaneKind, tally.Hour, tally.People, node)]);
        });
    }
}
