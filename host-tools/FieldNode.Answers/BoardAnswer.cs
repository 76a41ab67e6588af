namespace FieldNode.Answers;

/// <summary>A lane on the board.</summary>
/// <param name="Done">People done, as its screen counts them: of all rounds; in training, practice people.</param>
/// <param name="Heard">Time of its last status or last record, whichever is later; null if there is neither.</param>
public sealed record BoardLane(string Site, string Lane, string Badge, int Waiting, int InTube, int GroupSize, bool IsTubeOpen, int Done,
    int PerHour, int Target, DateTimeOffset? Finish, DateTimeOffset? Heard, bool IsInPlace, bool IsTraining, bool IsGreen, int Called,
    DateTimeOffset? CalledAt, string Firmware, long? Unsent);

/// <summary>A problem that someone must look at. The page puts the kinds into words.</summary>
/// <param name="Kind">"trouble", "silent", "silent-since", "no-card", "not-in-place", "clone", "gaps", "unsent", "late-bag",
/// "worn".</param>
public sealed record BoardProblem(string Kind, string Where, string Detail);

/// <summary>Overview of a site: totals, then problems, then lanes.</summary>
public sealed record BoardAnswer(DateTimeOffset Now, int Round, IReadOnlyList<int> Rounds, IReadOnlyList<string> Sites,
    IReadOnlyList<BoardProblem> Problems, IReadOnlyList<BoardLane> Lanes)
{
    /// <summary>A working lane that has been silent for longer than this is reported as a problem.</summary>
    public static readonly TimeSpan Silent = TimeSpan.FromMinutes(10);

    /// <summary>A node that has been silent for this long no longer counts as in place.</summary>
    public static readonly TimeSpan Gone = TimeSpan.FromHours(12);

    private const int LanesMax = 300;
    private const int ProblemsMax = 100;
    private const int UnsentMany = 500;

    public int Sampled { get; init; }

    public int Expected { get; init; }

    public int Done { get; init; }

    public int Waiting { get; init; }

    public int PerHour { get; init; }

    public int LanesInPlace { get; init; }

    public int LanesAll { get; init; }

    /// <summary>Bags not handed over yet.</summary>
    public int BagsHere { get; init; }

    public static BoardAnswer Compute(Fleet fleet, CoverageAnswer coverage, PaceAnswer pace, IReadOnlyList<Manifest> bags, string? site,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(fleet);
        ArgumentNullException.ThrowIfNull(coverage);
        ArgumentNullException.ThrowIfNull(pace);
        var nodes = fleet.Nodes.Where(node => !node.Node.IsRevoked && (site is null || node.Site == site)).ToList();
        var paces = pace.Lanes.GroupBy(lane => (lane.Site, lane.Lane)).ToDictionary(lane => lane.Key, lane => lane.First());
        var lanes = nodes.Select(node => LaneOf(node, paces.GetValueOrDefault((node.Site, node.Lane)), now)).ToList();
        var here = bags.Where(bag => site is null || bag.Site == site).ToList();
        return new BoardAnswer(now, coverage.Round,
            [.. coverage.Rounds.Select(one => int.Parse(one.Name, System.Globalization.CultureInfo.InvariantCulture)).Append(coverage.Round)
            .Distinct().Order()], [.. fleet.Nodes.Select(node => node.Site).Concat(coverage.Sites.Select(one => one.Site))
            .Where(name => name.Length > 0).Distinct().Order(NaturalOrder.Instance)],
            [.. Find(nodes, now).Concat(here.Where(bag => bag.State != "handed-over" && bag.IsLate)
                .Select(bag => new BoardProblem("late-bag", $"{bag.Site} {bag.Lane}".Trim(), $"{bag.Bag} {bag.OldestMinutes}")))
                .Take(ProblemsMax)],
            [.. lanes.Take(LanesMax)])
        {
            Sampled = coverage.Sampled,
            Expected = coverage.Expected,
            Done = coverage.Done,
            Waiting = lanes.Where(lane => !lane.IsTraining).Sum(lane => lane.Waiting), // practice people do not count as waiting
            PerHour = lanes.Where(lane => !lane.IsTraining).Sum(lane => lane.PerHour),
            LanesInPlace = nodes.Count(node => IsInPlace(node, now)),
            LanesAll = nodes.Count,
            BagsHere = here.Count(bag => bag.State != "handed-over"),
        };
    }

    private static IEnumerable<BoardProblem> Find(List<FleetNode> nodes, DateTimeOffset now)
    {
        foreach (var node in nodes)
        {
            var where = $"{node.Site} {node.Lane}".Trim();
            if (node.IsCloned)
            {
                yield return new BoardProblem("clone", where, node.Node.Name);
            }

            if (node.Troubles.Count > 0)
            {
                yield return new BoardProblem("trouble", where, string.Join(", ", node.Troubles));
            }
            else if (node.Node.Key is null)
            {
                yield return new BoardProblem("no-card", where, node.Node.Name);
            }
            else if (node.Now.Badge.Length == 0)
            {
                yield return new BoardProblem("not-in-place", where, node.Node.Name);
            }

            if (node.IsInPlace && node.Now.IsTubeOpen && node.HeardAt is { } heard && now - heard > Silent)
            {
                yield return now - heard < TimeSpan.FromHours(2) ? new BoardProblem("silent", where, $"{(int)(now - heard).TotalMinutes}")
                    : new BoardProblem("silent-since", where, $"{heard:O}");
            }

            if (node.Gaps > 0)
            {
                yield return new BoardProblem("gaps", where, $"{node.Gaps}");
            }

            if (node.Unsent > UnsentMany)
            {
                yield return new BoardProblem("unsent", where, $"{node.Unsent}");
            }

            if (node.Now.RetiredSectors > 0)
            {
                yield return new BoardProblem("worn", where, $"{node.Now.RetiredSectors}");
            }
        }
    }

    private static bool IsInPlace(FleetNode node, DateTimeOffset now) => node.IsInPlace && now - node.HeardAt < Gone;

    private static BoardLane LaneOf(FleetNode node, PaceOf? pace, DateTimeOffset now)
    {
        return new BoardLane(node.Site, node.Lane, node.Now.Badge, node.Now.Waiting, node.Now.InTube, node.Now.GroupSize,
            node.Now.IsTubeOpen, node.Now.Done, pace?.PerHour ?? 0, node.Now.Target, pace?.Finish,
            node.HeardAt, IsInPlace(node, now), node.Now.IsTraining, node.Now.IsGreen, node.Now.Called, node.Now.CalledAt.At,
                node.Now.Firmware, node.Unsent);
    }
}
