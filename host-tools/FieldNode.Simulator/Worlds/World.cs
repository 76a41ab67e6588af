using System.Text;
using FieldNode.Core;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Uplink;

namespace FieldNode.Simulator.Worlds;

/// <summary>The host of a world: reachable through <see cref="IHostPort.Post"/>, enrols nodes, can be killed.</summary>
public interface IWorldHost : IHostPort
{
    /// <summary>Enrols a node and returns its identity.</summary>
    Enrolment Enrol(string name, string site, string lane, byte[] key, ulong nodeId);

    /// <summary>The host's clock follows the world's.</summary>
    void SetClock(DateTimeOffset now);

    /// <summary>Dies now, without warning.</summary>
    void Kill();

    /// <summary>Starts again on the same data.</summary>
    void Restart();
}

public sealed record Enrolment(uint HostId);

/// <summary>
/// Lanes, volunteers, links and a host in simulated time. Everything that chance decides comes from one seed, so a run repeats exactly.
/// </summary>
public sealed class World
{
    private static readonly DateTimeOffset s_morning = new(2021, 11, 7, 6, 30, 0, TimeSpan.FromHours(8));

    private static readonly string[] s_prefixes = ["", "]C1", "CODE_128,"];
    private static readonly string[] s_terminators = ["\r", "\r\n", "\t", ""];

    private readonly Scenario _scenario;
    private readonly IWorldHost _host;
    private readonly Random _random;
    private readonly HashSet<PlannedCut> _cutsDone = [];
    private bool _hostIsDown;

    public World(Scenario scenario, int seed, IWorldHost host)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(host);
        _scenario = scenario;
        _host = host;
        _random = new Random(seed);
        host.SetClock(Now);
        var people = People.Generate(scenario.People, _random);
        Lanes = [.. Enumerable.Range(0, scenario.Lanes).Select(i => MakeLane(i, people))];
    }

    public IReadOnlyList<WorldLane> Lanes { get; }

    public GroundTruth Truth { get; } = new();

    /// <summary>Simulated milliseconds since the morning.</summary>
    public long NowMs { get; private set; }

    public DateTimeOffset Now => s_morning.AddMilliseconds(NowMs);

    public bool LinkIsUp { get; private set; } = true;

    public bool HostIsUp => !_hostIsDown;

    public int HostKills { get; private set; }

    /// <summary>Every volunteer is done and every record acknowledged.</summary>
    public bool IsDone => !_hostIsDown && LinkIsUp && Lanes.All(lane => lane.Volunteer.IsDone && lane.Board.Node is { } node && node.Log.UnackedRecords == 0);

    /// <summary>Runs for simulated time, or until everything is done.</summary>
    public void RunFor(long ms)
    {
        var end = NowMs + ms;
        while (NowMs < end && !IsDone)
        {
            NowMs += _scenario.StepMs;
            Misfortune();
            _host.SetClock(Now);
            foreach (var lane in Lanes)
            {
                lane.Volunteer.Step(lane.Board, NowMs);
                lane.Board.Step(NowMs);
            }
        }
    }

    private void Misfortune()
    {
        LinkIsUp = !_scenario.LinkOutages.Any(IsNow);
        var hostIsDown = _scenario.HostOutages.Any(IsNow);
        if (hostIsDown && !_hostIsDown)
        {
            HostKills++;
            _host.Kill();
        }
        else if (!hostIsDown && _hostIsDown)
        {
            _host.Restart();
        }

        _hostIsDown = hostIsDown;
        foreach (var lane in Lanes)
        {
            lane.Board.Link.IsUp = LinkIsUp;
        }

        foreach (var cut in _scenario.PowerCuts)
        {
            if (NowMs >= cut.AtSecond * 1000L && _cutsDone.Add(cut))
            {
                var flash = Lanes[cut.Lane].Board.Flash;
                flash.CutAt(flash.Steps + 1 + _random.Next(30));
            }
        }
    }

    private bool IsNow(Outage outage)
    {
        return NowMs >= outage.AtSecond * 1000L && NowMs < (outage.AtSecond + outage.Seconds) * 1000L;
    }

    private WorldLane MakeLane(int index, IReadOnlyList<string> people)
    {
        var site = $"site-{index * _scenario.Sites / _scenario.Lanes + 1}";
        var lane = $"L{index + 1}";
        var key = new byte[32];
        _random.NextBytes(key);
        var nodeId = (ulong)_random.NextInt64(1, long.MaxValue);
        var enrolment = _host.Enrol($"{site}-{lane}", site, lane, key, nodeId);
        var plan = new LanePlan(site, lane, $"ZZ{index:D3}", [.. people.Where((_, i) => i % _scenario.Lanes == index)], _scenario.GroupSize, _scenario.SecondsPerPerson)
        {
            ScannerPrefix = s_prefixes[index % s_prefixes.Length],
            Terminator = s_terminators[index % s_terminators.Length],
            LowerCaseX = index % 2 == 1,
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
        var link = new SimulatedLink(_host, new Random(_random.Next()), _scenario.Link);
        return new WorldLane(plan, volunteer, new SimulatedBoard(settings, key, new NorFlash(_scenario.FlashBytes), link, volunteer));
    }
}

/// <summary>One lane of a world.</summary>
public sealed record WorldLane(LanePlan Plan, Volunteer Volunteer, SimulatedBoard Board);
