using FieldNode.Answers.Roster;
using FieldNode.Core;
using FieldNode.Core.Screens;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Simulate;

/// <summary>
/// Looks at the lanes' screens while a scenario runs: is the pace shown the pace there was, does the forecast come true, is the roster's
/// advice right.
/// </summary>
/// <param name="rosterOf">The roster that a site's nodes carry; null: they carry none.</param>
/// <param name="peopleOf">Who is on it.</param>
internal sealed class LaneWatch(IReadOnlyCollection<Resident> residents, Func<string, PackedRoster?> rosterOf,
    Func<string, IEnumerable<string>> peopleOf)
{
    private const long WindowMs = 600_000;
    private const string LivesAlone = "lives alone";
    private const double NoForecast = 99_999; // no promise is kept by saying nothing

    private readonly Dictionary<string, string> _homes = residents.ToDictionary(resident => resident.Code, resident => resident.Household);
    private readonly ILookup<string, string> _families = residents.ToLookup(resident => resident.Household, resident => resident.Code);
    private readonly Dictionary<string, Dictionary<int, string>> _places = [];
    private readonly Dictionary<WorldLane, Seen> _lanes = [];

    /// <summary>Mean of how far the pace shown was from the people of the last ten minutes, as a part of it.</summary>
    public double PaceError => _lanes.Values.Sum(seen => seen.Looks) is var looks and > 0
        ? _lanes.Values.Sum(seen => seen.PaceErrors) / looks : 0;

    /// <summary>The farthest that a forecast made at half of the target was from when the lane reached it, in minutes.</summary>
    public double ForecastErrorMinutes => _lanes.Values.Where(seen => seen.ForecastMs > 0 && seen.ReachedMs > 0)
        .Select(seen => Math.Abs(seen.ForecastMs - seen.ReachedMs) / 60_000d).DefaultIfEmpty(NoForecast).Max();

    /// <summary>Lanes that showed a forecast.</summary>
    public int Forecasts => _lanes.Values.Count(seen => seen.ForecastMs > 0);

    /// <summary>Times that a node said something of a person from its roster, and times that it was not so.</summary>
    public int Advices { get; private set; }

    public int WrongAdvices { get; private set; }

    /// <summary>Strangers whom a roster takes for somebody on it, one of 64: it cannot tell them apart, and neither does this
    /// watch.</summary>
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

    // Whom the roster takes a person for: a resident for himself, a stranger for nobody, or for the one at whose place he comes out; a
    // spare place looks like somebody who lives alone.
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
        // after a start it cannot tell of a household
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
