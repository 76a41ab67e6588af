using System.Globalization;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Projection;
using FieldNode.Answers.Reports;
using FieldNode.Log.Database;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Answers;

/// <summary>Lists the doubts that are not decided yet.</summary>
public sealed class DoubtsAnswer(HostStore store, Fleet fleet)
{
    private static readonly (string Kind, byte Type)[] s_doubles =
    [
        (DoubtKind.Twice, RecordType.PersonSampled), (DoubtKind.Tube, RecordType.TubeOpened), (DoubtKind.Packed, RecordType.TubePacked),
            (DoubtKind.Bag, RecordType.BagOpened),
    ];

    /// <summary>Value of <see cref="Evidence.Words"/>: the key is missing and may still arrive with the node's next card.</summary>
    public const string LacksKey = "lacks-key";

    /// <summary>Value of <see cref="Evidence.Words"/>: the opened bytes are not a valid code.</summary>
    public const string Garbled = "garbled";

    private readonly Dictionary<ulong, FleetNode> _nodes = fleet.Nodes.ToDictionary(node => node.Node.Id);

    /// <summary>All open doubts of the given kinds, at most <paramref name="limit"/> of each kind.</summary>
    /// <param name="kinds">Empty for all kinds.</param>
    public IReadOnlyList<Doubt> List(IReadOnlyCollection<string> kinds, int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        return store.Read(connection =>
        {
            var days = new Dictionary<(ulong, uint), EpochDay>();
            bool Wanted(string kind) => kinds.Count == 0 || kinds.Contains(kind);
            return (IReadOnlyList<Doubt>)
            [
                .. Wanted(DoubtKind.Unreadable) ? Unreadable(connection).Take(limit) : [],
                .. Wanted(DoubtKind.Image) ? Images(connection).Take(limit) : [],
                .. Wanted(DoubtKind.Conflict) ? Conflicts(connection, limit) : [],
                .. Wanted(DoubtKind.Clone) ? Clones(connection).Take(limit) : [],
                .. s_doubles.Where(kind => Wanted(kind.Kind)).SelectMany(kind => Doubles(connection, days, kind.Kind, kind.Type, limit)),
                .. Wanted(DoubtKind.Gap) ? Gaps(connection).Take(limit) : [],
                .. Wanted(DoubtKind.Clock) ? Clocks(connection, days).Take(limit) : [],
                .. Wanted(DoubtKind.Lane) ? Lanes(connection).Take(limit) : [],
            ];
        });
    }

    /// <summary>Counts the kinds of doubt that can be numerous, including decided doubts.</summary>
    public IReadOnlyDictionary<string, long> Counts()
    {
        return store.Read(connection =>
        {
            return s_doubles.ToDictionary(kind => kind.Kind, kind => Sql.Scalar(connection,
                "SELECT count(*) FROM doubles WHERE kind = @kind", new { kind = (int)kind.Type }))
                .Append(KeyValuePair.Create(DoubtKind.Conflict, Sql.Scalar(connection, "SELECT count(*) FROM conflicts"))).ToDictionary();
        });
    }

    /// <summary>All decisions in effect, latest first.</summary>
    public IReadOnlyList<DecisionRow> Decisions()
    {
        return store.Read(connection =>
        {
            return Sql.Query(connection,
                "SELECT by_node, by_epoch, by_sequence, node, epoch, sequence, what, value, at_ms, who, note FROM decisions ORDER BY "
                + "at_ms DESC, by_node, by_epoch, by_sequence DESC", reader =>
                new DecisionRow(Id(reader, 0).ToString(), Decided.Name(reader.GetByte(6)), Id(reader, 3).ToString(),
                    Value(reader.GetByte(6), (ulong)reader.GetInt64(7)),
                    DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(reader.GetInt64(8), 0,
                    DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())), reader.GetString(9), reader.GetString(10)));
        });
    }

    /// <summary>Gaps of all nodes that no one has accepted yet.</summary>
    internal IEnumerable<Doubt> Gaps(DbConnection connection)
    {
        var accepted = Sql.Query(connection, "SELECT node, epoch, sequence, value FROM decisions WHERE what = @what",
            reader => (Id: Id(reader, 0), Last: (ulong)reader.GetInt64(3)),
            new { what = (int)Decided.GapAccepted }).ToLookup(gap => (gap.Id.Node, gap.Id.Epoch));
        return from node in fleet.Nodes
               from epoch in node.Epochs
               from gap in epoch.Gaps
               where !accepted[(epoch.Node, epoch.Epoch)].Any(known => known.Id.Sequence <= gap.First && known.Last >= gap.Last)
               let first = new RecordId(epoch.Node, epoch.Epoch, gap.First)
               select new Doubt(string.Create(CultureInfo.InvariantCulture, $"{DoubtKind.Gap}:{first}-{gap.Last}"), DoubtKind.Gap, "",
                   Where(epoch.Node), (int)Math.Min(int.MaxValue, gap.Last - gap.First + 1L), []);
    }

    private List<Doubt> Conflicts(DbConnection connection, int limit)
    {
        var open = Sql.Query(connection, """
            SELECT node, epoch, sequence FROM conflicts
            WHERE NOT EXISTS (SELECT 1 FROM decisions WHERE decisions.node = conflicts.node AND decisions.epoch = conflicts.epoch AND
                decisions.sequence = conflicts.sequence AND what IN (1, 2))
            ORDER BY node, epoch, sequence LIMIT @limit
            """, reader => Id(reader, 0), new { limit });
        var opened = new Dictionary<(ulong, uint), EpochSeals>();
        return open.Select(id =>
        {
            if (!opened.TryGetValue((id.Node, id.Epoch), out var seals))
            {
                opened[(id.Node, id.Epoch)] = seals = EpochSeals.Read(connection, store.Vault, id.Node, id.Epoch);
            }

            var frames = StoredFrames.Read(connection, id.Node, id.Epoch, id.Sequence, id.Sequence).Select(record => record.Frame)
                .Where(frame => Frame.Type(frame, 0) != RecordType.Lost).ToList();
            return new Doubt($"{DoubtKind.Conflict}:{id}", DoubtKind.Conflict, "", Where(id.Node), frames.Count,
                [.. frames.Select(frame => new Evidence(id.ToString(), $"{EpochDecisions.CrcOf(frame):X8}", Where(id.Node), default,
                DoubtKind.Conflict) { Words = Words(seals, id.Sequence, frame) })]);
        }).ToList();
    }

    // One doubt per node, epoch and cause: a new card opens its records together, and a coordinator settles them together.
    private IEnumerable<Doubt> Unreadable(DbConnection connection)
    {
        var rows = Sql.Query(connection,
            "SELECT node, epoch, sequence, lacks_key FROM unreadable ORDER BY node, epoch, lacks_key, sequence",
            reader => (Id: Id(reader, 0), LacksKey: reader.GetInt64(3) != 0));
        return rows.GroupBy(row => (row.Id.Node, row.Id.Epoch, row.LacksKey)).Select(group => new Doubt(
            string.Create(CultureInfo.InvariantCulture, $"{DoubtKind.Unreadable}:{group.First().Id}-{group.Last().Id.Sequence}"),
                DoubtKind.Unreadable, "", Where(group.Key.Node), group.Count(),
            [.. group.Select(row => new Evidence(row.Id.ToString(), "", Where(row.Id.Node), default,
                DoubtKind.Unreadable) { Words = row.LacksKey ? LacksKey : Garbled })]));
    }

    private IEnumerable<Doubt> Images(DbConnection connection)
    {
        foreach (var (node, epoch) in Sql.Query(connection, "SELECT node, epoch FROM images ORDER BY node, epoch",
            reader => ((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1))))
        {
            var decisions = EpochDecisions.Read(connection, node, epoch);
            var open = StoredFrames.FromImages(connection, node, epoch).Where(sequence => !decisions.AcceptsImage(sequence)).Order()
                .ToList();
            if (open.Count > 0)
            {
                var first = new RecordId(node, epoch, open[0]);
                yield return new Doubt(string.Create(CultureInfo.InvariantCulture, $"{DoubtKind.Image}:{first}-{open[^1]}"),
                    DoubtKind.Image, "", Where(node), open.Count,
                    [new Evidence(first.ToString(), "", Where(node), default, DoubtKind.Image) { Count = open.Count }]);
            }
        }
    }

    private IEnumerable<Doubt> Clones(DbConnection connection)
    {
        var accepted = Sql.Query(connection, "SELECT node FROM decisions WHERE what = @what", reader => (ulong)reader.GetInt64(0),
            new { what = (int)Decided.CloneAccepted }).ToHashSet();
        return fleet.Nodes.Where(node => node.IsCloned && !accepted.Contains(node.Node.Id))
            .Select(node => new Doubt($"{DoubtKind.Clone}:{node.Node.IdText}", DoubtKind.Clone, "", Where(node.Node.Id), node.Epochs.Count,
                [.. node.Epochs.Select(epoch => new Evidence(new RecordId(epoch.Node, epoch.Epoch, epoch.LastSequence).ToString(), "",
                Where(epoch.Node), default, DoubtKind.Clone) { Count = epoch.Records })]));
    }

    private List<Doubt> Doubles(DbConnection connection, Dictionary<(ulong, uint), EpochDay> days, string kind, byte type, int limit)
    {
        var kept = Kept(connection);
        var doubts = new List<Doubt>();
        var codes = Sql.Query(connection, "SELECT round, code FROM doubles WHERE kind = @kind ORDER BY round, code",
            reader => (Round: reader.GetInt32(0), Code: reader.GetString(1)), new { kind = (int)type });
        var all = SeenRecords.Find(connection, type, codes.Select(one => (one.Code, one.Round)));
        foreach (var (round, code) in codes)
        {
            if (doubts.Count == limit)
            {
                break;
            }

            var seen = all[(code, round)];
            if (!seen.TrueForAll(record => kept.Contains(record.Id)))
            {
                doubts.Add(new Doubt(string.Create(CultureInfo.InvariantCulture,
                    $"{kind}:{round}/{(kind == DoubtKind.Twice ? seen[0].Id.ToString() : code)}"), kind, code,
                    string.Join(", ", seen.Select(record => Where(record.Id.Node)).Distinct()), seen.Count,
                    [.. seen.Select(record => EvidenceOf(connection, days, record))]));
            }
        }

        return doubts;
    }

    // One doubt per boot whose clock was never set: one time settles the whole boot.
    private List<Doubt> Clocks(DbConnection connection, Dictionary<(ulong, uint), EpochDay> days)
    {
        var kept = Kept(connection);
        var epochs = Sql.Query(connection, "SELECT DISTINCT node, epoch FROM tallies WHERE hour = -1 ORDER BY node, epoch",
            reader => ((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1)));
        return [.. from epoch in epochs
                   let day = DayOf(connection, days, new RecordId(epoch.Item1, epoch.Item2, 0))
                   from start in day.People.Where(row => PersonState.Counts(row.State) && row.Time.At is null)
                       .GroupBy(row => (row.Time.From, row.Time.To))
                   let first = start.First()
                   let id = new RecordId(first.Node, first.Epoch, first.Sequence)
                   where !kept.Contains(id)
                   select new Doubt($"{DoubtKind.Clock}:{id}", DoubtKind.Clock, "", Where(first.Node), start.Count(),
                       [new Evidence(id.ToString(), "", Where(first.Node), first.Time, DoubtKind.Clock) { Tube = first.Tube,
                       Position = first.Position }])];
    }

    // A difference is listed as first found, until a coordinator accepts it or the two states agree again.
    private IEnumerable<Doubt> Lanes(DbConnection connection)
    {
        var kept = Kept(connection);
        return from told in LaneReportTable.Differing(connection)
               let id = new RecordId(told.Report.Node, told.Report.Epoch, told.Report.Record)
               where !kept.Contains(id)
               let words = LaneDifference.Describe(told)
               select new Doubt($"{DoubtKind.Lane}:{id}", DoubtKind.Lane, "", Where(id.Node), 1,
               [
                   new Evidence(id.ToString(), "node", Where(id.Node), default, DoubtKind.Lane) { Words = words.Node,
                       State = Convert.ToBase64String(told.Report.State) },
                   new Evidence(id.ToString(), "host", Where(id.Node), default, DoubtKind.Lane) { Words = words.Host,
                       State = Convert.ToBase64String(told.Held!) },
               ]);
    }

    private static HashSet<RecordId> Kept(DbConnection connection)
    {
        return [.. Sql.Query(connection, "SELECT node, epoch, sequence FROM decisions WHERE what = @what", reader => Id(reader, 0),
            new { what = (int)Decided.Keep })];
    }

    private Evidence EvidenceOf(DbConnection connection, Dictionary<(ulong, uint), EpochDay> days, SeenRecord record)
    {
        var day = DayOf(connection, days, record.Id);
        var person = day.People.FirstOrDefault(row => row.Sequence == record.Id.Sequence);
        var tube = day.Tubes.FirstOrDefault(row => row.Sequence == record.Id.Sequence);
        var bag = day.Bags.FirstOrDefault(row => row.Sequence == record.Id.Sequence);
        Evidence At(ResolvedTime time, string kind) => new(record.Id.ToString(), "", Where(record.Id.Node), time, kind);
        return (person, tube, bag) switch
        {
            ({ } row, _, _) => At(row.Time, DoubtKind.Twice) with { Tube = row.Tube, Position = row.Position },
            (_, { } row, _) => At(row.Opened, DoubtKind.Tube) with
            {
                Count = day.People.Count(one => one.TubeSequence == row.Sequence && PersonState.Counts(one.State)),
            },
            (_, _, { } row) => At(row.Opened, DoubtKind.Bag) with { Count = row.Tubes.Count },
            _ => At(default, DoubtKind.Packed) with { Bag = day.Bags.LastOrDefault(row => row.Sequence < record.Id.Sequence)?.Code ?? "" },
        };
    }

    private static EpochDay DayOf(DbConnection connection, Dictionary<(ulong, uint), EpochDay> days, RecordId id)
    {
        return days.TryGetValue((id.Node, id.Epoch), out var day) ? day
            : days[(id.Node, id.Epoch)] = MergedLog.DayWithoutCodes(connection, id.Node, id.Epoch);
    }

    private string Where(ulong node) => _nodes.TryGetValue(node, out var known) ? $"{known.Site} {known.Lane}".Trim() : $"{node:X16}";

    private static string Words(EpochSeals seals, uint sequence, byte[] frame)
    {
        var open = seals.Open(sequence, frame);
        var words = RecordWords.Describe(open ?? frame, isSealed: open is null);
        return $"{words.Type}: {words.Text}";
    }

    private static string Value(byte what, ulong value)
    {
        return what switch
        {
            Decided.Keep => value == 0 ? "" : $"{value:X8}",
            Decided.GapAccepted or Decided.ImageAccepted => $"{value}",
            Decided.MadeAt => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(value,
                (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            _ => "",
        };
    }

    private static RecordId Id(DbDataReader reader, int column) => new((ulong)reader.GetInt64(column), (uint)reader.GetInt64(column + 1),
        (uint)reader.GetInt64(column + 2));
}
