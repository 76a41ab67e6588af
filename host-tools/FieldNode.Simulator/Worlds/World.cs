using System.Globalization;
using System.Text;
using FieldNode.Core.Settings;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Uplink;

namespace FieldNode.Simulator.Worlds;

/// <summary>A host in a world: receives posts through <see cref="IHostPort.Post"/>, enrols nodes, and can be killed.</summary>
public interface IWorldHost : IHostPort
{
    /// <summary>Enrols a node and returns its identity.</summary>
    Enrolment Enrol(string name, string site, string lane, byte[] key, ulong nodeId);

    /// <summary>Sets the host's clock to the world's time.</summary>
    void SetClock(DateTimeOffset now);

    /// <summary>Sets the people expected at a site.</summary>
    void SetRoster(string site, IReadOnlyList<Resident> residents);

    /// <summary>Kills the host immediately, without warning.</summary>
    void Kill();

    /// <summary>Restarts the host on the same data.</summary>
    void Restart();
}

public sealed record Enrolment(uint HostId);

/// <summary>Level of injected faults.</summary>
public enum Faults
{
    /// <summary>Nothing: a perfect link, no outages, no power cuts, no misreads.</summary>
    None,

    /// <summary>The scenario's faults and everyday ones: requests and answers lost, repeated and late, codes misread or read
    /// twice.</summary>
    Field,

    /// <summary>As Field, plus a link that loses every fifth request, and batteries removed at random, about every 15 minutes per
    /// lane.</summary>
    Hostile,
}

/// <summary>Lanes, volunteers, links and hosts in simulated time. All randomness comes from one seed, so a run is repeatable. An inactive
/// lane is stepped once a second, or once a minute if it waits longer.</summary>
public sealed class World
{
    private const int IdleMs = 1000;
    private const int LongIdleMs = 60_000;
    private const int HostileCutMs = 900_000;

    private static readonly DateTimeOffset s_morning = new(2021, 11, 7, 6, 30, 0, TimeSpan.FromHours(8));

    private static readonly string[] s_prefixes = ["", "]C1", "CODE_128,"];
    private static readonly string[] s_terminators = ["\r", "\r\n", "\t", ""];

    private readonly Scenario _scenario;
    private readonly Faults _faults;
    private readonly IReadOnlyList<IWorldHost> _hosts;
    private readonly Random _random;
    private readonly HashSet<PlannedCut> _cutsDone = [];
    private bool _hostIsDown;

    public World(Scenario scenario, int seed, Faults faults, IReadOnlyList<IWorldHost> hosts)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(hosts);
        _scenario = scenario;
        _faults = faults;
        _hosts = hosts;
        _random = new Random(seed);
        foreach (var host in hosts)
        {
            host.SetClock(Now);
        }

        var codes = People.Generate(scenario.People, _random);
        Residents = scenario.Households > 0 ? People.Settle(codes, scenario.Households, scenario.Buildings)
            : [.. codes.Select((code, i) => new Resident(code, $"H{i + 1}", "1"))];
        Lanes = [.. Enumerable.Range(0, scenario.Lanes).Where(i => !scenario.AbsentLanes.Contains(i + 1)).Select(MakeLane)];
        foreach (var lane in scenario.AbsentLanes)
        {
            HostOf(lane - 1).Enrol($"{SiteOf(lane - 1)}-L{lane}", SiteOf(lane - 1), $"L{lane}", new byte[32], (ulong)lane);
        }

        if (scenario.Households > 0)
        {
            foreach (var site in Enumerable.Range(0, scenario.Lanes).GroupBy(SiteOf))
            {
                HostOf(site.First()).SetRoster(site.Key, [.. site.SelectMany(ShareOf)]);
            }
        }
    }

    public IReadOnlyList<WorldLane> Lanes { get; }

    /// <summary>All expected people, in the order of buildings and households.</summary>
    public IReadOnlyList<Resident> Residents { get; }

    public GroundTruth Truth { get; } = new();

    /// <summary>Simulated milliseconds since the morning.</summary>
    public long NowMs { get; private set; }

    public DateTimeOffset Now => s_morning.AddMilliseconds(NowMs);

    public bool LinkIsUp { get; private set; } = true;

    public bool HostIsUp => !_hostIsDown;

    public int HostKills { get; private set; }

    /// <summary>Time at which the last volunteer finished, in simulated milliseconds.</summary>
    public long WorkEndedMs { get; private set; }

    /// <summary>True if every volunteer has finished and every record is acknowledged.</summary>
    public bool IsDone => !_hostIsDown && LinkIsUp
        && Lanes.All(lane => lane.Volunteer.IsDone && lane.Board.Node is { } node && node.Log.UnackedRecords == 0);

    /// <summary>Runs for a simulated time, or until everything is done. <paramref name="watch"/> is called after each step of a lane, with
    /// the time, for measurements.</summary>
    public void RunFor(long ms, Action<WorldLane, long>? watch = null)
    {
        var end = NowMs + ms;
        while (NowMs < end && !IsDone)
        {
            NowMs = Math.Min(end, Math.Max(NowMs + _scenario.StepMs, Lanes.Min(lane => lane.NextAt)));
            InjectFaults();
            foreach (var host in _hosts)
            {
                host.SetClock(Now);
            }

            foreach (var lane in Lanes.Where(lane => lane.NextAt <= NowMs))
            {
                Step(lane);
                watch?.Invoke(lane, NowMs);
            }
        }
    }

    private void Step(WorldLane lane)
    {
        if (_faults == Faults.Hostile && _random.Next(HostileCutMs) < NowMs - lane.SteppedAt)
        {
            lane.Board.Flash.CutAt(lane.Board.Flash.Steps + 1 + _random.Next(30));
        }

        lane.SteppedAt = NowMs;
        var wasDone = lane.Volunteer.IsDone;
        lane.Volunteer.Step(lane.Board, NowMs);
        lane.Board.Step(NowMs);
        WorkEndedMs = lane.Volunteer.IsDone && !wasDone ? NowMs : WorkEndedMs;
        var isBusy = lane.Volunteer.IsWaiting || lane.Board.IsBusy;
        var wait = lane.Volunteer.NextAt - NowMs;
        lane.NextAt = isBusy ? NowMs + _scenario.StepMs
            : NowMs + Math.Clamp(wait, _scenario.StepMs, wait > 2 * LongIdleMs && lane.Board.Node is { } node
            && node.Log.UnackedRecords == 0 ? LongIdleMs : IdleMs);
    }

    private void InjectFaults()
    {
        if (_faults == Faults.None)
        {
            return;
        }

        LinkIsUp = !_scenario.LinkOutages.Any(IsNow);
        var hostIsDown = _scenario.HostOutages.Any(IsNow);
        if (hostIsDown != _hostIsDown)
        {
            HostKills += hostIsDown ? 1 : 0;
            foreach (var host in _hosts)
            {
                (hostIsDown ? (Action)host.Kill : host.Restart)();
            }
        }

        _hostIsDown = hostIsDown;
        foreach (var lane in Lanes)
        {
            lane.Board.Link.IsUp = LinkIsUp;
        }

        foreach (var cut in _scenario.PowerCuts)
        {
            if (NowMs >= cut.AtSecond * 1000L && _cutsDone.Add(cut)
                && Lanes.FirstOrDefault(lane => lane.Plan.Number == cut.Lane) is { } lane)
            {
                lane.Board.Flash.CutAt(lane.Board.Flash.Steps + 1 + _random.Next(30));
            }
        }
    }

    private bool IsNow(Outage outage)
    {
        return NowMs >= outage.AtSecond * 1000L && NowMs < (outage.AtSecond + outage.Seconds) * 1000L;
    }

    private string SiteOf(int lane) => $"site-{lane * _scenario.Sites / _scenario.Lanes + 1}";

    private IWorldHost HostOf(int lane) => _hosts[lane * _scenario.Sites / _scenario.Lanes * _scenario.Hosts / _scenario.Sites];

    // Assigns whole households in order or, without a roster, single people.
    private IEnumerable<Resident> ShareOf(int lane)
    {
        return Residents.Where((_, i) => (int)((long)HouseholdNumber(i) * _scenario.Lanes / Math.Max(1, HouseholdCount)) == lane);
    }

    private int HouseholdCount => _scenario.Households > 0 ? _scenario.Households : _scenario.People;

    private int HouseholdNumber(int person) => _scenario.Households > 0 ? (int)((long)person * _scenario.Households / _scenario.People)
        : person;

    private IReadOnlyList<WorkItem> WorkOf(int number)
    {
        foreach (var (lanes, plan) in _scenario.Plans)
        {
            var ends = lanes.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            if (number >= ends[0] && number <= ends[^1])
            {
                return plan;
            }
        }

        return _scenario.Plan;
    }

    private WorldLane MakeLane(int index)
    {
        var (site, lane) = (SiteOf(index), $"L{index + 1}");
        var key = new byte[32];
        _random.NextBytes(key);
        var nodeId = (ulong)_random.NextInt64(1, long.MaxValue);
        var host = HostOf(index);
        var enrolment = host.Enrol($"{site}-{lane}", site, lane, key, nodeId);
        var isQuiet = _faults == Faults.None;
        var plan = new LanePlan(site, lane, index + 1, index < 1000 ? $"ZZ{index:D3}" : $"Z{(char)('A' + index / 1000)}{index % 1000:D3}",
            [.. ShareOf(index)], WorkOf(index + 1), _scenario.SecondsPerPerson)
        {
            ScannerPrefix = s_prefixes[index % s_prefixes.Length],
            Terminator = s_terminators[index % s_terminators.Length],
            LowerCaseX = index % 2 == 1,
            Misreads = isQuiet ? 0 : _faults == Faults.Field ? 0.01 : 0.05,
            WrongPeople = isQuiet ? 0 : 0.01,
            Repeats = isQuiet ? 0 : 0.05,
        };
        var settings = new NodeSettings
        {
            NodeId = nodeId,
            HostId = enrolment.HostId,
            Lane = Encoding.UTF8.GetBytes(lane),
            Site = Encoding.UTF8.GetBytes(site),
            GatherMs = (uint)_scenario.GatherSeconds * 1000,
            DropFirstPart = true,
            Seed = (uint)_random.Next(),
        };
        var volunteer = new Volunteer(plan, new Random(_random.Next()), Truth);
        var link = new SimulatedLink(host, new Random(_random.Next()), isQuiet ? LinkQuality.Perfect : _faults == Faults.Field
            ? new LinkQuality() : new LinkQuality(0.2, 0.2, 0.1, 0.05));
        var roster = _scenario.RosterOnNode ? new NorFlash(SimulatedBoard.RosterBytes) : null;
        return new WorldLane(plan, volunteer, new SimulatedBoard(settings, key, new NorFlash(_scenario.FlashKilobytes * 1024), link,
            volunteer, roster));
    }
}

/// <summary>One lane of a world.</summary>
public sealed class WorldLane(LanePlan plan, Volunteer volunteer, SimulatedBoard board)
{
    public LanePlan Plan => plan;

    public Volunteer Volunteer => volunteer;

    public SimulatedBoard Board => board;

    internal long NextAt { get; set; }

    internal long SteppedAt { get; set; }
}
