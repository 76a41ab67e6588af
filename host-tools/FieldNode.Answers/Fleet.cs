using FieldNode.Answers.Facts;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;

namespace FieldNode.Answers;

/// <summary>One node: its identity, its lane's state, and what this host has of its log.</summary>
public sealed record FleetNode(EnrolledNode Node, LaneNow Now, IReadOnlyList<EpochStatus> Epochs, StatusReport? Status)
{
    internal IReadOnlyList<EpochMemory> Memory { get; init; } = [];

    /// <summary>People it sampled who count, in all rounds.</summary>
    public int People => Memory.Sum(epoch => epoch.Tallies.Sum(tally => tally.People));

    /// <summary>Site and lane from its log; before its first start, from its card.</summary>
    public string Site => Now.Site.Length > 0 ? Now.Site : Node.Site;

    public string Lane => Now.Lane.Length > 0 ? Now.Lane : Node.Lane;

    public long Records => Epochs.Sum(epoch => epoch.Records);

    public int Gaps => Epochs.Sum(epoch => epoch.Gaps.Count);

    public int Conflicts => Epochs.Sum(epoch => epoch.Conflicts);

    public bool IsCloned => Epochs.Any(epoch => epoch.Cloned);

    /// <summary>Parts that someone must look at, by its records and its last status.</summary>
    public IReadOnlyList<string> Troubles => [.. Now.Troubles().Concat(Status?.Troubles() ?? []).Distinct()];

    /// <summary>Whether it has started, reports no trouble, and a volunteer's badge was scanned (docs/field-facts.md, A1).</summary>
    public bool IsInPlace => Now.Badge.Length > 0 && Troubles.Count == 0;

    /// <summary>Time of its last status or last record, whichever is later; null if there is neither.</summary>
    public DateTimeOffset? HeardAt => (Status?.ReceivedAt, Now.Last.At) is var (status, record) && status > record ? status : record
        ?? status;

    /// <summary>Records on the node that no host holds yet, as last reported; null if not reported.</summary>
    public long? Unsent => Status?.Number("Unsent");
}

/// <summary>Number of people of a node who share all other values.</summary>
/// <param name="Hour">Hours since 1970; -1 if unknown.</param>
public readonly record struct FleetTally(string Site, int Round, byte Category, string LaneKind, int Hour, int People, FleetNode Node);

/// <summary>All nodes known to this host, with the people sampled by each.</summary>
public sealed class Fleet
{
    private Fleet(IReadOnlyList<FleetNode> nodes)
    {
        Nodes = nodes;
        LastRound = Tallies.Select(tally => tally.Round).DefaultIfEmpty(1).Max();
    }

    /// <summary>Ordered by site and lane.</summary>
    public IReadOnlyList<FleetNode> Nodes { get; }

    /// <summary>The highest round with people who count; 1 if none.</summary>
    public int LastRound { get; }

    /// <summary>People who count, of all nodes. Enumerated lazily, because a list would be long.</summary>
    public IEnumerable<FleetTally> Tallies
    {
        get
        {
            foreach (var node in Nodes)
            {
                foreach (var epoch in node.Memory)
                {
                    foreach (var (site, round, category, laneKind, hour, people) in epoch.Tallies)
                    {
                        yield return new FleetTally(site.Length > 0 ? site : node.Site, round, category, laneKind, hour, people, node);
                    }
                }
            }
        }
    }

    public static Fleet Read(HostStore store) => Read(store, new FleetMemory());

    /// <param name="memory">Epochs read earlier; only those changed since are read again.</param>
    internal static Fleet Read(HostStore store, FleetMemory memory)
    {
        ArgumentNullException.ThrowIfNull(store);
        var epochs = new LogStatus(store).Epochs().Where(epoch => !HostNode.IsHost(epoch.Node)).ToLookup(epoch => epoch.Node);
        var statuses = new NodeStatuses(store).All();
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            memory.Refresh(connection);
            var nodes = NodeRegistry.List(connection, store.Vault).Where(node => !HostNode.IsHost(node.Id))
                .Select(node => new FleetNode(node, memory.NewestOf(node.Id), [.. epochs[node.Id]],
                    statuses.GetValueOrDefault(node.Id))
                { Memory = [.. memory.Of(node.Id)] })
                .OrderBy(node => node.Site, NaturalOrder.Instance).ThenBy(node => node.Lane, NaturalOrder.Instance)
                    .ThenBy(node => node.Node.Id);
            return new Fleet([.. nodes]);
        });
    }
}
