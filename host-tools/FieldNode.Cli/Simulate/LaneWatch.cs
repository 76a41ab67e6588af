using FieldNode.Answers.Roster;
using FieldNode.Core;
using FieldNode.Core.Screens;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Simulate;

/// <summary>
/// Checks the lanes' screens while a scenario runs: whether the pace shown is the real pace, the forecast comes true, and the roster's
/// advice is right.
/// </summary>
/// <param name="rosterOf">The roster that a site's nodes carry; null if they carry none.</param>
/// <param name="peopleOf">The people on that roster.</param>
internal sealed class LaneWatch(IReadOnlyCollection<Resident> residents, Func<string, PackedRoster?> rosterOf,
    Func<string, IEnumerable<string>> peopleOf)
{
    private const long WindowMs = 600_000;
    private const string LivesAlone = "lives alone";
    private const double NoForecast = 99_999; // large, so that a missing forecast breaks the promise

    private readonly Dictionary<string, string> _homes = residents.ToDictionary(resident => resident.Code, resident => resident.Household);
    private readonly ILookup<string, string> _families = residents.ToLookup(resident => resident.Household, resident => resident.Code);
    private readonly Dictionary<string, Dictionary<int, string>> _places = [];
    private readonly Dictionary<WorldLane, Seen> _lanes = [];

    /// <summary>Mean relative error of the pace shown, compared with the people sampled in the last ten minutes.</summary>
    public double PaceError => _lanes.Values.Sum(seen => seen.Looks) is var looks and > 0
        ? _lanes.Values.Sum(seen => seen.PaceErrors) / looks : 0;

    /// <summary>Largest error, in minutes, of a forecast made at half of the target.</summary>
    public double ForecastErrorMinutes => _lanes.Values.Where(seen => seen.ForecastMs > 0 && seen.ReachedMs > 0)
        .Select(seen => Math.Abs(seen.ForecastMs - seen.ReachedMs) / 60_000d).DefaultIfEmpty(NoForecast).Max();

    /// <summary>Lanes that showed a forecast.</summary>
    public int Forecasts => _lanes.Values.Count(seen => seen.ForecastMs > 0);

    /// <summary>How often a node showed advice from its roster about a person, and how often the advice was wrong.</summary>
    public int Advices { get; private set; }

    public int WrongAdvices { get; private set; }

    /// <summary>Strangers whom the roster takes for someone on it, one in 64. The roster cannot tell them apart, so this class accepts
    /// them, too.</summary>
    public int StrangersPassed { get; private set; }

    public void Look(WorldLane lane, long nowMs)
    {
        var seen = _lanes.TryGetValue(lane, out var known) ? known : _lanes[lane] = new Seen();
        var sampled = lane.Volunteer.Sampled;
        while (seen.Times.Count < sampled)
        {
            seen.Times.Add(nowMs);
        }

        if (lane.Board.Node is not { } node)
        {
            return;
        }

        if (nowMs - seen.LookedMs >= WindowMs && sampled > 0 && nowMs - seen.Times[0] >= 2 * WindowMs && !lane.Volunteer.IsDone)
        {
            seen.LookedMs = nowMs;
            var real = (seen.Times.Count - seen.Times.FindIndex(time => time > nowMs - WindowMs)) * 6d;
            seen.PaceErrors += Math.Abs(node.Screen.Pace - real) / real;
            seen.Looks++;
        }

        if (lane.Volunteer.LastPerson != seen.LastPerson)
        {
            seen.LastPerson = lane.Volunteer.LastPerson;
            var taken = TakenFor(lane.Plan.Site, seen.LastPerson);
            seen.Sampled.Add(taken);
            LookAtAdvice(node, taken, seen);
        }

        var target = node.Screen.Target;
        if (target > 0 && seen.ForecastMs == 0 && sampled >= target / 2 && node.Screen.FinishMinute >= 0)
        {
            var minutes = (node.Screen.FinishMinute - node.Screen.ClockMinute + 1440) % 1440;
            seen.ForecastMs = nowMs + minutes * 60_000L;
        }

        seen.ReachedMs = target > 0 && sampled >= target && seen.ReachedMs == 0 ? nowMs : seen.ReachedMs;
    }

    // The person that the roster finds for a code. A resident is found as such. A stranger is not found, or passes for the person at the
    // place to which the code hashes. A spare place looks like someone who lives alone.
    private string TakenFor(string site, string code)
    {
        if (_homes.ContainsKey(code) || rosterOf(site) is not { } roster || roster.Find(code) is not (>= 0 and var place))
        {
            return code;
        }

        if (!_places.TryGetValue(site, out var places))
        {
            places = _places[site] = peopleOf(site).ToDictionary(person => roster.Find(person));
        }

        StrangersPassed++;
        return places.GetValueOrDefault(place, LivesAlone);
    }

    private void LookAtAdvice(Node node, string person, Seen seen)
    {
        var screen = node.Screen;
        if (screen.Advice == RosterAdvice.None)
        {
            return;
        }

        var missing = person == LivesAlone ? 0 : _homes.TryGetValue(person, out var home) ? _families[home]
            .Count(code => !seen.Sampled.Contains(code)) : -1;
        var right = missing < 0 ? RosterAdvice.NotListed : missing > 0 ? RosterAdvice.HouseholdMissing : RosterAdvice.HouseholdDone;
        var isRight = screen.Advice == right && screen.Missing == Math.Max(0, missing);
        // after a restart the node may know only that the person is listed
        var saysLess = screen.Advice == RosterAdvice.Listed && missing >= 0 && node.State.BootCount > 1;
        Advices++;
        WrongAdvices += isRight || saysLess ? 0 : 1;
    }

    private sealed class Seen
    {
        public List<long> Times { get; } = [];

        public HashSet<string> Sampled { get; } = [];

        public string LastPerson { get; set; } = "";

        public long LookedMs { get; set; }

        public double PaceErrors { get; set; }

        public int Looks { get; set; }

        public long ForecastMs { get; set; }

        public long ReachedMs { get; set; }
    }
}
