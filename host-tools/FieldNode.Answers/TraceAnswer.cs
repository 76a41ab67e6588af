using FieldNode.Answers.Facts;
using FieldNode.Answers.Projection;
using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Answers;

/// <summary>A person in a tube or next to it in the queue, with the roster entry.</summary>
public sealed record TracedPerson(string Person, int Position, string Tube, string Category, string Operator, ResolvedTime Time,
    string State, string Record, RosterPerson? Roster);

/// <summary>The tube before or after on the same lane.</summary>
public sealed record NeighbourTube(string Tube, int People, ResolvedTime Opened);

/// <summary>One filling of a tube: the people in order, who was before and after them in the queue, and where the tube went.</summary>
public sealed record TracedTube(string Tube, int Round, int Size, string Site, string Lane, string Record, ResolvedTime Opened,
    IReadOnlyList<TracedPerson> People)
{
    /// <summary>People sampled on the lane right before the first person, nearest last; <see cref="QueueAfter"/>: right after the last
    /// person, nearest first.</summary>
    public IReadOnlyList<TracedPerson> QueueBefore { get; init; } = [];

    public IReadOnlyList<TracedPerson> QueueAfter { get; init; } = [];

    public NeighbourTube? TubeBefore { get; init; }

    public NeighbourTube? TubeAfter { get; init; }

    public IReadOnlyList<string> Operators => [.. People.Select(person => person.Operator).Where(badge => badge.Length > 0).Distinct()];

    /// <summary>The bag it was packed into; null if unknown here.</summary>
    public BagRow? Bag { get; init; }

    public string BagLane { get; init; } = "";

    /// <summary>When and by whom it was marked positive; empty if it was not.</summary>
    public string Positive { get; init; } = "";
}

/// <summary>Traces who was in a tube, with one entry for each lane that scanned its code.</summary>
public static class TraceAnswer
{
    private const int Neighbours = 3;

    /// <param name="round">Null for all rounds.</param>
    public static IReadOnlyList<TracedTube> Compute(HostStore store, string tube, int? round = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Read(connection =>
        {
            var (_, seen) = SeenRecords.FindTyped(connection, tube);
            var days = new Dictionary<(ulong, uint), EpochDay>();
            return seen.Where(record => record.Kind == RecordType.TubeOpened && (round is null || record.Round == round))
                .Select(record => Trace(connection, store.Vault, DayOf(connection, store.Vault, days, record.Id), record.Id))
                .OfType<TracedTube>()
                .Select(traced => WithBag(connection, traced, seen)).ToList();
        });
    }

    internal static EpochDay DayOf(DbConnection connection, Vault vault, Dictionary<(ulong, uint), EpochDay> days, RecordId id)
    {
        if (!days.TryGetValue((id.Node, id.Epoch), out var day))
        {
            days[(id.Node, id.Epoch)] = day = MergedLog.Day(connection, vault, id.Node, id.Epoch);
        }

        return day;
    }

    private static TracedTube? Trace(DbConnection connection, Vault vault, EpochDay day, RecordId id)
    {
        var at = day.Tubes.ToList().FindIndex(tube => tube.Sequence == id.Sequence);
        if (at < 0)
        {
            return null; // in conflict, and the other version of the record is meant
        }

        var queue = day.People.Where(row => PersonState.Counts(row.State)).ToList(); // in record order
        var inTube = queue.Where(row => row.TubeSequence == id.Sequence).ToList();
        var first = inTube.Count == 0 ? queue.Count(row => row.Sequence < id.Sequence) : queue.IndexOf(inTube[0]);
        var last = inTube.Count == 0 ? first - 1 : queue.IndexOf(inTube[^1]);
        TracedPerson Person(PersonRow row) => new(row.Person, row.Position, row.Tube, row.Category, row.Operator, row.Time, row.State,
            new RecordId(row.Node, row.Epoch, row.Sequence).ToString(), Rosters.PersonOf(connection, vault, row.Person));
        NeighbourTube? Neighbour(int index) => index < 0 || index >= day.Tubes.Count ? null
            : new NeighbourTube(day.Tubes[index].Code, queue.Count(row => row.TubeSequence == day.Tubes[index].Sequence),
            day.Tubes[index].Opened);
        return new TracedTube(day.Tubes[at].Code, day.Tubes[at].Round, day.Tubes[at].Size, SiteAt(inTube, day), LaneAt(inTube, day),
            id.ToString(), day.Tubes[at].Opened, [.. inTube.OrderBy(row => row.Position).ThenBy(row => row.Sequence).Select(Person)])
        {
            QueueBefore = [.. queue.Take(first).TakeLast(Neighbours).Select(Person)],
            QueueAfter = [.. queue.Skip(last + 1).Take(Neighbours).Select(Person)],
            TubeBefore = Neighbour(at - 1),
            TubeAfter = Neighbour(at + 1),
            Positive = PositiveMark(connection, id),
        };
    }

    // A node may be re-enrolled within an epoch: its people's rows hold the site and lane at that time.
    private static string SiteAt(List<PersonRow> people, EpochDay day) => people.Count > 0 ? people[0].Site : day.Site;

    private static string LaneAt(List<PersonRow> people, EpochDay day) => people.Count > 0 ? people[0].Lane : day.Lane;

    private static string PositiveMark(DbConnection connection, RecordId id)
    {
        return Sql.Query(connection, "SELECT at_ms, who FROM decisions WHERE node = @node AND epoch = @epoch AND sequence = @sequence AND "
            + "what = @what ORDER BY at_ms LIMIT 1",
            reader => $"{DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(0)):yyyy-MM-dd'T'HH:mm:ss'Z'} "
                + reader.GetString(1),
            new { node = (long)id.Node, epoch = (long)id.Epoch, sequence = (long)id.Sequence, what = (int)Decided.Positive })
                .FirstOrDefault() ?? "";
    }

    private static TracedTube WithBag(DbConnection connection, TracedTube traced, List<SeenRecord> seen)
    {
        foreach (var packed in seen.Where(record => record.Kind == RecordType.TubePacked))
        {
            var bag = FactTable.Read<BagRow>(connection, packed.Id.Node, packed.Id.Epoch, FactKind.Bag)
                .FirstOrDefault(bag => bag.Tubes.Any(tube => tube.Code == traced.Tube));
            if (bag is not null)
            {
                var lane = FactTable.Read<LaneNow>(connection, packed.Id.Node, packed.Id.Epoch, FactKind.Now).First();
                return traced with { Bag = bag, BagLane = $"{lane.Site} {lane.Lane}".Trim() };
            }
        }

        return traced;
    }
}
