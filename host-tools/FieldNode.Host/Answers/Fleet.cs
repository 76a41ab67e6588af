using FieldNode.Host.Projection;
using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using Microsoft.Data.Sqlite;

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

/// <summary>Every node that this host knows, with the people that each sampled.</summary>
public sealed class Fleet
{
    private readonly List<(int Round, byte Category, string LaneKind, int Hour, int People, FleetNode Node)> _tallies = [];

    private Fleet(IReadOnlyList<FleetNode> nodes)
    {
        Nodes = nodes;
    }

    /// <summary>By site and lane.</summary>
    public IReadOnlyList<FleetNode> Nodes { get; }

    /// <summary>People who count, by round, category, kind of lane, hour (since 1970; -1: not known) and node.</summary>
    public IReadOnlyList<(int Round, byte Category, string LaneKind, int Hour, int People, FleetNode Node)> Tallies => _tallies;

    /// <summary>The round that was worked on last.</summary>
    public int LastRound => Tallies.Count == 0 ? 1 : Tallies.Max(tally => tally.Round);

    public static Fleet Of(HostStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var epochs = new LogStatus(store).Epochs().Where(epoch => !HostNode.IsHost(epoch.Node)).ToLookup(epoch => epoch.Node);
        var statuses = new NodeStatuses(store).All();
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            var now = FactTable.All<LaneNow>(connection, FactKind.Now).ToLookup(fact => fact.Node);
            var tallies = ReadTallies(connection);
            var people = tallies.GroupBy(tally => tally.Node).ToDictionary(node => node.Key, node => node.Sum(tally => tally.People));
            var nodes = NodeRegistry.List(connection).Where(node => !HostNode.IsHost(node.Id))
                .Select(node => new FleetNode(node, Newest(now[node.Id]), people.GetValueOrDefault(node.Id), [.. epochs[node.Id]], statuses.GetValueOrDefault(node.Id)))
                .OrderBy(node => node.Site, NaturalOrder.Instance).ThenBy(node => node.Lane, NaturalOrder.Instance).ThenBy(node => node.Node.Id).ToList();
            var fleet = new Fleet(nodes);
            var byId = nodes.ToDictionary(node => node.Node.Id);
            fleet._tallies.AddRange(tallies.Where(tally => byId.ContainsKey(tally.Node)).Select(tally => (tally.Round, tally.Category, tally.LaneKind, tally.Hour, tally.People, byId[tally.Node])));
            return fleet;
        });
    }

    private static List<(ulong Node, int Round, byte Category, string LaneKind, int Hour, int People)> ReadTallies(SqliteConnection connection)
    {
        return Sql.Query(connection, "SELECT node, round, category, lane_kind, hour, people FROM tallies",
            reader => ((ulong)reader.GetInt64(0), reader.GetInt32(1), reader.GetByte(2), reader.GetString(3), reader.GetInt32(4), reader.GetInt32(5)));
    }

    // A node that was formatted anew has several epochs: the one whose last record is the latest tells how it is.
    private static LaneNow Newest(IEnumerable<(ulong Node, uint Epoch, LaneNow Fact)> epochs)
    {
        return epochs.OrderBy(epoch => epoch.Fact.Last.At ?? DateTimeOffset.MinValue).Select(epoch => epoch.Fact).LastOrDefault() ?? new LaneNow();
    }
}

/// <summary>Names with numbers in them in the order that people expect: L2 before L10.</summary>
public sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (x ?? "", y ?? "");
        var (i, j) = (0, 0);
        while (i < a.Length && j < b.Length)
        {
            if (char.IsAsciiDigit(a[i]) && char.IsAsciiDigit(b[j]))
            {
                var (first, second) = (Digits(a, ref i), Digits(b, ref j));
                var order = first.Length != second.Length ? first.Length.CompareTo(second.Length) : string.CompareOrdinal(first, second);
                if (order != 0)
                {
                    return order;
                }
            }
            else if (a[i] != b[j])
            {
                return a[i].CompareTo(b[j]);
            }
            else
            {
                i++;
                j++;
            }
        }

        return (a.Length - i).CompareTo(b.Length - j) is var rest && rest != 0 ? rest : string.CompareOrdinal(a, b);
    }

    private static string Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return text[start..at].TrimStart('0');
    }
}
