using FieldNode.Lane;

namespace FieldNode.Answers;

/// <summary>Pace of a lane or site, and when it will be done.</summary>
/// <param name="PerHour">People an hour in its last ten minutes, as its screen shows it.</param>
/// <param name="Target">People to sample; 0 if not set.</param>
/// <param name="Finish">When it will reach the target at the longer mean that its screen uses; null without a target, or if no one works
/// there now.</param>
/// <param name="Left">People left to reach the target; for a lane, the shift's target.</param>
public sealed record PaceOf(string Site, string Lane, int People, int PerHour, int Target, int Left, DateTimeOffset? Finish);

/// <summary>People sampled in an hour.</summary>
/// <param name="Hour">Start of the hour; null if the time is unknown.</param>
public sealed record HourOf(string Site, DateTimeOffset? Hour, int People);

/// <summary>Pace by lane, site and hour, with a forecast (docs/field-facts.md, A2).</summary>
public sealed record PaceAnswer(int Round, IReadOnlyList<PaceOf> Lanes, IReadOnlyList<PaceOf> Sites, IReadOnlyList<HourOf> Hours)
{
    // A lane without a record for longer than this is not working: its pace is 0.
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(Pace.Minutes);

    /// <param name="withHours">False leaves the hours out, which is faster.</param>
    public static PaceAnswer Compute(Fleet fleet, CoverageAnswer coverage, DateTimeOffset now, bool withHours = true)
    {
        ArgumentNullException.ThrowIfNull(fleet);
        ArgumentNullException.ThrowIfNull(coverage);
        var here = coverage.Sites.Select(site => site.Site).ToHashSet();
        var tallies = fleet.Tallies.Where(tally => tally.Round == coverage.Round && here.Contains(tally.Site));
        var people = tallies.AggregateBy(tally => tally.Node.Node.Id, 0, (sum, tally) => sum + tally.People).ToDictionary();
        var lanes = fleet.Nodes.Where(node => here.Contains(node.Site)).Select(node =>
        {
            var pace = PerHour(node, now);
            var done = people.GetValueOrDefault(node.Node.Id);
            var left = Math.Max(0, node.Now.Target - (node.Now.Sampled - node.Now.SampledBeforeShift));
            return new PaceOf(node.Site, node.Lane, done, pace, node.Now.Target, left, Finish(left, Mean(node, pace), now));
        }).ToList();
        var working = fleet.Nodes.Where(node => !node.Now.IsTraining)
            .ToLookup(node => node.Site, node => (Pace: PerHour(node, now), Mean: Mean(node, PerHour(node, now)) is > 0 and var mean ? mean
            : PerHour(node, now)));
        var sites = lanes.GroupBy(lane => lane.Site).Select(site =>
        {
            var roster = coverage.Sites.FirstOrDefault(one => one.Site == site.Key);
            var hasRoster = roster is { Expected: > 0 };
            var (people, pace) = (site.Sum(lane => lane.People), working[site.Key].Sum(lane => lane.Pace));
            var left = hasRoster ? roster!.Missing : site.Sum(lane => lane.Left);
            return new PaceOf(site.Key, "", people, pace, hasRoster ? roster!.Expected : site.Sum(lane => lane.Target), left,
                Finish(left, working[site.Key].Sum(lane => lane.Mean), now));
        });
        var hours = !withHours ? [] : tallies.AggregateBy(tally => (tally.Site, tally.Hour), 0, (sum, tally) => sum + tally.People)
            .OrderBy(hour => hour.Key.Site, NaturalOrder.Instance).ThenBy(hour => hour.Key.Hour)
            .Select(hour => new HourOf(hour.Key.Site, hour.Key.Hour < 0 ? null : DateTimeOffset.FromUnixTimeSeconds(hour.Key.Hour * 3600L),
                hour.Value));
        return new PaceAnswer(coverage.Round, lanes, [.. sites], [.. hours]);
    }

    private static int PerHour(FleetNode node, DateTimeOffset now) => node.Now.Last.At is { } last && now - last > s_idle ? 0
        : node.Now.PerHour;

    private static long Mean(FleetNode node, int pace) => pace == 0 ? 0 : node.Now.LongPerHour;

    private static DateTimeOffset? Finish(int left, long perHour, DateTimeOffset now)
    {
        return left > 0 && perHour > 0 ? now.AddHours((double)left / perHour) : null;
    }
}
