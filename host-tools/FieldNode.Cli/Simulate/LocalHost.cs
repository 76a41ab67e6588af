using FieldNode.Answers.Roster;
using FieldNode.Answers;
using FieldNode.Core.Ports;
using FieldNode.Host.Http;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Simulator.Uplink;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Simulate;

/// <summary>A host in this process: the real endpoints over the real store, without a socket. After a kill it is unreachable.</summary>
internal sealed class LocalHost : IWorldHost, IDisposable
{
    private readonly SetClockTime _time = new();
    private readonly NodeRegistry _registry;
    private readonly Dictionary<string, PackedRoster> _packed = [];
    private MergeQueue _queue;
    private readonly RosterEndpoint _rosters;
    private BatchEndpoint _batches;
    private bool _isUp = true;

    public LocalHost(string data)
    {
        Store = AnsweringStore.Open(data);
        _registry = new NodeRegistry(Store, TimeProvider.System);
        _rosters = new RosterEndpoint(Store, _registry, new Rosters(Store), _time);
        _queue = new MergeQueue(Store, _time);
        _batches = new BatchEndpoint(Store, _registry, _queue, _time, _rosters.NumberOf);
    }

    public HostStore Store { get; }

    /// <summary>Everyone expected at this host's sites.</summary>
    public List<RosterPerson> Roster { get; } = [];

    /// <summary>The roster that a site's nodes carry; null if the site has none.</summary>
    public PackedRoster? RosterOf(string site) => _packed.GetValueOrDefault(site);

    public Enrolment Enrol(string name, string site, string lane, byte[] key, ulong nodeId)
    {
        _registry.Add(new EnrolledNode(nodeId, name, site, lane, key));
        return new Enrolment(Store.HostId);
    }

    public void SetClock(DateTimeOffset now)
    {
        _time.Now = now;
    }

    public void SetRoster(string site, IReadOnlyList<Resident> residents)
    {
        List<RosterPerson> people =
            [.. residents.Select(resident => new RosterPerson(site, resident.Code, resident.Household, resident.Building))];
        Roster.AddRange(people);
        var random = new Random(Roster.Count); // same keys in each run of a seed
        _packed[site] = new Rosters(Store, keys: () => (ulong)random.NextInt64()).Set(site, people);
    }

    public HostAnswer Post(byte kind, byte[] body)
    {
        if (!_isUp)
        {
            return HostAnswer.Unreachable;
        }

        var (reply, problem) = kind switch
        {
            UplinkKind.Batch => _batches.Answer(body).GetAwaiter().GetResult(),
            UplinkKind.Roster => _rosters.Answer(body),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), "simulated nodes have their keys and send no status"),
        };
        return problem is null ? new HostAnswer(200, reply) : new HostAnswer(problem.Status, []);
    }

    public void Kill()
    {
        _isUp = false;
        _queue.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    public void Restart()
    {
        _queue = new MergeQueue(Store, _time);
        _batches = new BatchEndpoint(Store, _registry, _queue, _time, _rosters.NumberOf);
        _isUp = true;
    }

    public void Dispose()
    {
        if (_isUp)
        {
            Kill();
        }
    }

    private sealed class SetClockTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
