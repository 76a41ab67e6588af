using FieldNode.Host.Merge;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Host.Projection;

/// <summary>
/// Keeps the answers up to date as records arrive, in the merge's transaction: where codes were seen, how many people by round, category and
/// hour, and each epoch's facts. New records behind an epoch's last one are added to its fold; anything else (a gap that was filled, a conflict,
/// a clock that became known) has the epoch reckoned anew from its records, with the same end.
/// </summary>
internal sealed class Projector
{
    private static readonly string[] s_tables = ["seen", "doubles", "unlisted", "coverage", "tallies", "facts", "folds", "decisions"];

    private readonly DbConnection _connection;
    private readonly Vault _vault;
    private readonly FoldCache _cache;
    private readonly SpanSet _spans;
    private readonly Rows _versions;
    private readonly Rows _count;
    private readonly Rows _dropCounts;
    private readonly Rows _dropEmpty;
    private readonly Rows _putVersion;
    private readonly FactTable _facts;
    private readonly DecisionTable _decisions;
    private readonly SeenIndex _seen;
    private readonly Dictionary<(ulong Node, uint Epoch), TouchedEpoch> _touched = [];

    public Projector(DbConnection connection, Vault vault, FoldCache cache, SpanSet spans, List<DbCommand> owned)
    {
        _connection = connection;
        _vault = vault;
        _cache = cache;
        _spans = spans;
        _versions = new Rows(connection, owned, "SELECT k.node, k.epoch, version, rebuilt FROM {k} JOIN folds ON folds.node = k.node AND folds.epoch = k.epoch", ("node", Is.Number), ("epoch", Is.Number));
        _count = new Rows(connection, owned, """
            INSERT INTO tallies (node, epoch, site, round, category, lane_kind, hour, people) SELECT k.node, k.epoch, k.site, k.round, k.category, k.lane_kind, k.hour, k.people FROM {k} WHERE true
            ON CONFLICT (node, epoch, site, round, category, lane_kind, hour) DO UPDATE SET people = tallies.people + excluded.people
            """, ("node", Is.Number), ("epoch", Is.Number), ("site", Is.Text), ("round", Is.Number), ("category", Is.Number), ("lane_kind", Is.Text), ("hour", Is.Number), ("people", Is.Number));
        _dropCounts = new Rows(connection, owned, "DELETE FROM tallies WHERE (node, epoch) IN (SELECT k.node, k.epoch FROM {k})", ("node", Is.Number), ("epoch", Is.Number));
        _dropEmpty = new Rows(connection, owned, "DELETE FROM tallies WHERE people = 0 AND (node, epoch) IN (SELECT k.node, k.epoch FROM {k})", ("node", Is.Number), ("epoch", Is.Number));
        _putVersion = new Rows(connection, owned, """
            INSERT INTO folds (node, epoch, version, rebuilt) SELECT k.node, k.epoch, k.version, k.rebuilt FROM {k} WHERE true
            ON CONFLICT (node, epoch) DO UPDATE SET version = excluded.version, rebuilt = excluded.rebuilt
            """, ("node", Is.Number), ("epoch", Is.Number), ("version", Is.Number), ("rebuilt", Is.Number));
        _facts = new FactTable(connection, owned);
        _decisions = new DecisionTable(connection, owned);
        _seen = new SeenIndex(connection, owned);
    }

    /// <summary>Projects everything from the records, in the caller's transaction; decisions first, which others follow.</summary>
    public static void ProjectAll(DbConnection connection, Vault vault, Action<int, int>? progress = null)
    {
        foreach (var table in s_tables)
        {
            Sql.Execute(connection, $"DELETE FROM {table}");
        }

        var epochs = Sql.Query(connection, "SELECT DISTINCT node, epoch FROM spans", reader => (Node: (ulong)reader.GetInt64(0), Epoch: (uint)reader.GetInt64(1)));
        epochs = [.. epochs.OrderBy(epoch => !HostNode.IsHost(epoch.Node))];
        for (var i = 0; i < epochs.Count; i++)
        {
            var owned = new List<DbCommand>();
            var projector = new Projector(connection, vault, new FoldCache(), new SpanSet(connection, owned), owned);
            projector.MarkStale(epochs[i].Node, epochs[i].Epoch);
            projector.Finish();
            owned.ForEach(command => command.Dispose());
            progress?.Invoke(i + 1, epochs.Count);
        }
    }

    /// <summary>Reads what is known of epochs, all at once; before their records are added.</summary>
    public void Load(IEnumerable<(ulong Node, uint Epoch)> epochs)
    {
        var wanted = epochs.Distinct().Where(epoch => !_touched.ContainsKey(epoch)).ToList();
        wanted.ForEach(epoch => _versions.Add((long)epoch.Node, (long)epoch.Epoch));
        var versions = _versions.Query(reader => (Key: ((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1)), Version: reader.GetInt64(2), Rebuilt: reader.GetInt64(3))).ToDictionary(row => row.Key, row => (row.Version, row.Rebuilt));
        _spans.Load(wanted);
        var cached = wanted.ToDictionary(epoch => epoch, epoch => _cache.Take(epoch.Node, epoch.Epoch));
        var facts = _facts.Read(wanted.Where(epoch => versions.ContainsKey(epoch) && cached[epoch]?.Version != versions[epoch].Version));
        foreach (var (node, epoch) in wanted)
        {
            var (version, rebuilt) = versions.GetValueOrDefault((node, epoch));
            var fold = FoldOf(node, epoch, cached[(node, epoch)], version, rebuilt);
            var known = cached[(node, epoch)] is { } kept && kept.Version == version ? kept.Facts : facts.GetValueOrDefault((node, epoch)) ?? [];
            _touched[(node, epoch)] = new TouchedEpoch(node, epoch, version, rebuilt, fold, known);
        }
    }

    /// <summary>
    /// Takes records in that are new in the store, in their order. For each that is about a code: its record, and where <see cref="Other"/> finds
    /// another node that saw the code in the round.
    /// </summary>
    public IReadOnlyList<(uint Sequence, byte Kind, int Event)> Add(ulong node, uint epoch, IReadOnlyList<(uint Sequence, byte[] Frame)> added, bool isConflict)
    {
        var touched = Touch(node, epoch);
        touched.IsOutOfOrder |= isConflict || added[0].Sequence <= touched.Fold.LastSequence;
        var asked = new List<(uint, byte, int)>();
        foreach (var (sequence, frame) in added)
        {
            if ((touched.IsOutOfOrder ? Elsewhere(touched, sequence, frame) : Append(touched, sequence, frame)) is { } number)
            {
                asked.Add((sequence, Frame.Type(frame, 0), number));
            }
        }

        return asked;
    }

    /// <summary>After <see cref="Finish"/>: another node that saw what a record is about.</summary>
    public ulong? Other(int number) => _seen.Other(number);

    /// <summary>Whether an epoch's fold has a chain of seals.</summary>
    public bool KnowsSeals(ulong node, uint epoch, SealStart seals) => Touch(node, epoch).Fold.Seals.Knows(seals);

    /// <summary>Another chain of seals is known of an epoch whose records come now.</summary>
    public void SealsBegin(ulong node, uint epoch)
    {
        Touch(node, epoch).Fold.Seals.Load(_connection);
    }

    /// <summary>Reckons an epoch anew when it is finished.</summary>
    public void MarkStale(ulong node, uint epoch)
    {
        Touch(node, epoch).IsOutOfOrder = true;
    }

    /// <summary>Writes what has changed; before the commit.</summary>
    public void Finish()
    {
        // Decisions first: they touch the epochs that they are about.
        foreach (var log in _touched.Values.Where(touched => HostNode.IsHost(touched.Node) && !touched.IsFinished).ToList())
        {
            Finish(log);
        }

        foreach (var log in _touched.Values.Where(touched => !HostNode.IsHost(touched.Node) && !touched.IsFinished).ToList())
        {
            Finish(log);
            log.Facts = _facts.Change(log.Node, log.Epoch, log.Facts, log.Fold.Day());
        }

        _dropCounts.Run();
        _count.Run();
        _dropEmpty.Run();
        _putVersion.Run();
        _facts.Write();
        _seen.Write();
    }

    /// <summary>The transaction is on disk: the folds may be kept.</summary>
    public void Committed()
    {
        foreach (var ((node, epoch), touched) in _touched)
        {
            _cache.Put(node, epoch, new CachedFold(touched.Fold, touched.Facts, touched.Version));
        }

        _touched.Clear();
    }

    private void Finish(TouchedEpoch touched)
    {
        touched.Version++;
        if (touched.IsOutOfOrder || touched.IsRetimed)
        {
            Rebuild(touched);
            touched.Rebuilt = touched.Version;
            _dropCounts.Add((long)touched.Node, (long)touched.Epoch);
        }

        foreach (var (key, people) in touched.Tallies.Where(tally => tally.Value != 0))
        {
            _count.Add((long)touched.Node, (long)touched.Epoch, key.Site, key.Round, (int)key.Category, key.LaneKind, key.Hour, people);
        }

        if (touched.Tallies.Any(tally => tally.Value < 0))
        {
            _dropEmpty.Add((long)touched.Node, (long)touched.Epoch);
        }

        _putVersion.Add((long)touched.Node, (long)touched.Epoch, touched.Version, touched.Rebuilt);
        touched.Finished();
    }

    private TouchedEpoch Touch(ulong node, uint epoch)
    {
        if (!_touched.TryGetValue((node, epoch), out var touched))
        {
            Load([(node, epoch)]);
            touched = _touched[(node, epoch)];
        }

        touched.IsFinished = false;
        return touched;
    }

    // The fold as far as the store has the epoch: as it was kept, with what another process added since, or made anew.
    private EpochFold FoldOf(ulong node, uint epoch, CachedFold? kept, long version, long rebuilt)
    {
        var fold = kept is not null && kept.Version >= rebuilt && kept.Version <= version ? kept.Fold : null;
        if (fold?.Seals.LacksKeys == true || (fold is not null && kept!.Version != version))
        {
            fold.Seals.Load(_connection);
        }

        if (fold is not null && kept!.Version == version)
        {
            return fold;
        }

        fold ??= NewFold(node, epoch);
        if (version > 0)
        {
            foreach (var (sequence, frame) in StoredFrames.Of(_connection, node, epoch, fold.LastSequence + 1, _spans.LastBefore(node, epoch)))
            {
                fold.Add(sequence, frame);
            }
        }

        return fold;
    }

    private EpochFold NewFold(ulong node, uint epoch) => new(node, epoch, EpochDecisions.Of(_connection, node, epoch), EpochSeals.Of(_connection, _vault, node, epoch));

    // Where the index will tell who else saw what the record is about; null: it is about no code.
    private int? Append(TouchedEpoch touched, uint sequence, byte[] frame)
    {
        var content = touched.Fold.Add(sequence, frame);
        touched.IsRetimed |= touched.Fold.HasRetimed;
        if (content is null)
        {
            return null;
        }

        var other = touched.Fold.IsUndone(sequence) ? (int?)null : Count(touched, sequence, Frame.Ticks(frame, 0), content);
        foreach (var earlier in touched.Fold.TakenBack.Where(earlier => earlier < sequence && !touched.Fold.IsInConflict(earlier)))
        {
            TakeBack(touched, earlier);
        }

        return other;
    }

    // For a record that is not behind the last one: what it changes is reckoned at the end, but its lane is told at once.
    private int? Elsewhere(TouchedEpoch touched, uint sequence, byte[] frame)
    {
        return touched.Fold.Read(sequence, frame) is { } content && touched.SightingOf(sequence, content) is { } sighting ? _seen.Ask(sighting) : null;
    }

    private void TakeBack(TouchedEpoch touched, uint sequence)
    {
        foreach (var (_, frame) in StoredFrames.Of(_connection, touched.Node, touched.Epoch, sequence, sequence)) // one, or one and its stand-in
        {
            if (touched.Fold.Read(sequence, frame) is not { } content)
            {
                continue;
            }

            if (content is Decided decision)
            {
                Decide(touched, sequence, decision, stands: false);
                continue;
            }

            if (touched.Fold.IsStruck(sequence, frame))
            {
                continue; // it never counted
            }

            touched.Tally(sequence, Frame.Ticks(frame, 0), content, -1);
            if (touched.SightingOf(sequence, content) is { } sighting)
            {
                _seen.Remove(sighting);
            }
        }
    }

    private int? Count(TouchedEpoch touched, uint sequence, uint ticks, RecordContent content)
    {
        if (content is Decided decision)
        {
            Decide(touched, sequence, decision, stands: true);
            return null;
        }

        touched.Tally(sequence, ticks, content, 1);
        return touched.SightingOf(sequence, content) is { } sighting ? _seen.Add(sighting) : null;
    }

    // A decision in a node's log, or about another decision, is nobody's.
    private void Decide(TouchedEpoch host, uint sequence, Decided decision, bool stands)
    {
        if (!HostNode.IsHost(host.Node) || HostNode.IsHost(decision.NodeId))
        {
            return;
        }

        _decisions.Put(host.Node, host.Epoch, sequence, stands ? decision : null);
        _spans.Load([(decision.NodeId, decision.Epoch)]);
        if (_spans.Last(decision.NodeId, decision.Epoch) > 0)
        {
            Touch(decision.NodeId, decision.Epoch).IsOutOfOrder = true;
        }
    }

    // From the records alone, as if they had come in one piece.
    private void Rebuild(TouchedEpoch touched)
    {
        var fold = NewFold(touched.Node, touched.Epoch);
        var frames = StoredFrames.Of(_connection, touched.Node, touched.Epoch).ToList();
        foreach (var (sequence, frame) in frames)
        {
            fold.Add(sequence, frame);
        }

        touched.Fold = fold;
        touched.Tallies.Clear();
        // First away with what does not count: two versions of a record may say the same of a code, and one of them may stand.
        foreach (var (sequence, frame) in frames.Where(record => !Counts(fold, record.Sequence, record.Frame)))
        {
            if (fold.Read(sequence, frame) is Decided decision)
            {
                Decide(touched, sequence, decision, stands: false);
            }
            else if (fold.Read(sequence, frame) is { } content && touched.SightingOf(sequence, content) is { } sighting)
            {
                _seen.Remove(sighting);
            }
        }

        foreach (var (sequence, frame) in frames.Where(record => Counts(fold, record.Sequence, record.Frame)))
        {
            if (fold.Read(sequence, frame) is { } content)
            {
                Count(touched, sequence, Frame.Ticks(frame, 0), content);
            }
        }
    }

    private static bool Counts(EpochFold fold, uint sequence, byte[] frame) => fold.Stands(sequence) && !fold.IsStruck(sequence, frame);
}
