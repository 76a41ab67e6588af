using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Projection;

/// <summary>
/// Keeps the answers up to date as records arrive, in the merge's transaction: where codes were seen, how many people by round, category and
/// hour, and each epoch's facts. New records behind an epoch's last one are added to its fold; anything else (a gap that was filled, a conflict,
/// a clock that became known) has the epoch reckoned anew from its records, with the same end.
/// </summary>
internal sealed class Projector
{
    private static readonly string[] s_tables = ["seen", "doubles", "unlisted", "coverage", "tallies", "facts", "folds", "decisions"];

    private readonly SqliteConnection _connection;
    private readonly Vault _vault;
    private readonly FoldCache _cache;
    private readonly SqliteCommand _version;
    private readonly SqliteCommand _last;
    private readonly SqliteCommand _frames;
    private readonly SqliteCommand _frameOf;
    private readonly SqliteCommand _count;
    private readonly SqliteCommand _putVersion;
    private readonly FactTable _facts;
    private readonly DecisionTable _decisions;
    private readonly SeenIndex _seen;
    private readonly Dictionary<(ulong Node, uint Epoch), TouchedEpoch> _touched = [];

    public Projector(SqliteConnection connection, Vault vault, FoldCache cache, List<SqliteCommand> owned)
    {
        _connection = connection;
        _vault = vault;
        _cache = cache;
        _version = Sql.Prepare(connection, owned, "SELECT version FROM folds WHERE node = $node AND epoch = $epoch", "$node", "$epoch");
        _last = Sql.Prepare(connection, owned, "SELECT max(last) FROM spans WHERE node = $node AND epoch = $epoch", "$node", "$epoch");
        _frames = Sql.Prepare(connection, owned, "SELECT sequence, frame FROM records WHERE node = $node AND epoch = $epoch AND sequence <= $last ORDER BY sequence, frame", "$node", "$epoch", "$last");
        _frameOf = Sql.Prepare(connection, owned, "SELECT frame FROM records WHERE node = $node AND epoch = $epoch AND sequence = $sequence", "$node", "$epoch", "$sequence");
        _count = Sql.Prepare(connection, owned, """
            INSERT INTO tallies VALUES ($node, $epoch, $site, $round, $category, $kind, $hour, $people) ON CONFLICT DO UPDATE SET people = people + $people
            """, "$node", "$epoch", "$site", "$round", "$category", "$kind", "$hour", "$people");
        _putVersion = Sql.Prepare(connection, owned, "INSERT INTO folds VALUES ($node, $epoch, $version) ON CONFLICT DO UPDATE SET version = $version", "$node", "$epoch", "$version");
        _facts = new FactTable(connection, owned);
        _decisions = new DecisionTable(connection, owned);
        _seen = new SeenIndex(connection, owned);
    }

    /// <summary>Projects everything from the records, in the caller's transaction; decisions first, which others follow.</summary>
    public static void ProjectAll(SqliteConnection connection, Vault vault, Action<int, int>? progress = null)
    {
        foreach (var table in s_tables)
        {
            Sql.Execute(connection, $"DELETE FROM {table}");
        }

        var epochs = Sql.Query(connection, "SELECT DISTINCT node, epoch FROM spans", reader => (Node: (ulong)reader.GetInt64(0), Epoch: (uint)reader.GetInt64(1)));
        epochs = [.. epochs.OrderBy(epoch => !HostNode.IsHost(epoch.Node))];
        for (var i = 0; i < epochs.Count; i++)
        {
            var owned = new List<SqliteCommand>();
            var projector = new Projector(connection, vault, new FoldCache(), owned);
            projector.Touch(epochs[i].Node, epochs[i].Epoch, 0);
            projector.Finish();
            owned.ForEach(command => command.Dispose());
            progress?.Invoke(i + 1, epochs.Count);
        }
    }

    /// <summary>
    /// Takes records in that are new in the store, in their order. For each person or tube among them that was seen elsewhere in the round:
    /// its record, and the other node.
    /// </summary>
    public IReadOnlyList<(uint Sequence, byte Kind, ulong Other)> Add(ulong node, uint epoch, IReadOnlyList<(uint Sequence, byte[] Frame)> added, bool isConflict)
    {
        var touched = Touch(node, epoch, added[0].Sequence);
        touched.IsOutOfOrder |= isConflict || added[0].Sequence <= touched.Fold.LastSequence;
        var elsewhere = new List<(uint, byte, ulong)>();
        foreach (var (sequence, frame) in added)
        {
            if ((touched.IsOutOfOrder ? Elsewhere(touched, sequence, frame) : Append(touched, sequence, frame)) is { } other)
            {
                elsewhere.Add((sequence, Frame.Type(frame, 0), other));
            }
        }

        return elsewhere;
    }

    /// <summary>Another chain of seals is known of an epoch whose records come now.</summary>
    public void SealsBegin(ulong node, uint epoch, uint first)
    {
        Touch(node, epoch, first).Fold.Seals.Load(_connection);
    }

    /// <summary>Reckons an epoch anew when the transaction ends.</summary>
    public void MarkStale(ulong node, uint epoch)
    {
        Touch(node, epoch, 0).IsOutOfOrder = true;
    }

    /// <summary>Writes what has changed; to be called once, before the commit.</summary>
    public void Finish()
    {
        // Decisions first: they touch the epochs that they are about.
        foreach (var log in _touched.Values.Where(touched => HostNode.IsHost(touched.Node)).ToList())
        {
            Finish(log);
        }

        foreach (var log in _touched.Values.Where(touched => !HostNode.IsHost(touched.Node)).ToList())
        {
            Finish(log);
            log.Facts = _facts.Write(log.Node, log.Epoch, log.Facts, log.Fold.Day());
        }
    }

    /// <summary>The transaction is on disk: the folds may be kept.</summary>
    public void Committed()
    {
        foreach (var ((node, epoch), touched) in _touched)
        {
            _cache.Put(node, epoch, new CachedFold(touched.Fold, touched.Facts, touched.Version + 1));
        }

        _touched.Clear();
    }

    private void Finish(TouchedEpoch touched)
    {
        if (touched.IsOutOfOrder || touched.IsRetimed)
        {
            Rebuild(touched);
        }

        foreach (var (key, people) in touched.Tallies.Where(tally => tally.Value != 0))
        {
            Sql.Run(_count, (long)touched.Node, (long)touched.Epoch, key.Site, key.Round, (int)key.Category, key.LaneKind, key.Hour, people);
        }

        if (touched.Tallies.Any(tally => tally.Value < 0))
        {
            Sql.Execute(_connection, "DELETE FROM tallies WHERE node = $node AND epoch = $epoch AND people = 0", ("$node", (long)touched.Node), ("$epoch", (long)touched.Epoch));
        }

        Sql.Run(_putVersion, (long)touched.Node, (long)touched.Epoch, touched.Version + 1);
    }

    private TouchedEpoch Touch(ulong node, uint epoch, uint first)
    {
        if (_touched.TryGetValue((node, epoch), out var touched))
        {
            return touched;
        }

        var version = Sql.Value(_version, (long)node, (long)epoch);
        var last = (uint)Sql.Value(_last, (long)node, (long)epoch);
        var cached = _cache.Take(node, epoch, version);
        if (cached?.Fold.Seals.LacksKeys == true)
        {
            cached.Fold.Seals.Load(_connection);
        }

        touched = new TouchedEpoch(node, epoch, version, cached?.Fold ?? NewFold(node, epoch), cached?.Facts ?? _facts.Read(node, epoch)) { IsOutOfOrder = cached is null && first <= last };
        if (cached is null && !touched.IsOutOfOrder)
        {
            foreach (var (sequence, frame) in Frames(node, epoch, last))
            {
                touched.Fold.Add(sequence, frame);
            }
        }

        return _touched[(node, epoch)] = touched;
    }

    private EpochFold NewFold(ulong node, uint epoch) => new(node, epoch, EpochDecisions.Of(_connection, node, epoch), EpochSeals.Of(_connection, _vault, node, epoch));

    private ulong? Append(TouchedEpoch touched, uint sequence, byte[] frame)
    {
        var content = touched.Fold.Add(sequence, frame);
        touched.IsRetimed |= touched.Fold.HasRetimed;
        if (content is null)
        {
            return null;
        }

        var other = touched.Fold.IsUndone(sequence) ? null : Count(touched, sequence, Frame.Ticks(frame, 0), content);
        foreach (var earlier in touched.Fold.TakenBack.Where(earlier => earlier < sequence && !touched.Fold.IsInConflict(earlier)))
        {
            TakeBack(touched, earlier);
        }

        return other;
    }

    // For a record that is not behind the last one: what it changes is reckoned at the end, but its lane is told at once.
    private ulong? Elsewhere(TouchedEpoch touched, uint sequence, byte[] frame)
    {
        return touched.Fold.Read(sequence, frame) is { } content && touched.SightingOf(sequence, content) is { } sighting ? _seen.FindOther(sighting) : null;
    }

    private void TakeBack(TouchedEpoch touched, uint sequence)
    {
        Sql.Bind(_frameOf, (long)touched.Node, (long)touched.Epoch, (long)sequence);
        var frames = new List<byte[]>();
        using (var reader = _frameOf.ExecuteReader())
        {
            while (reader.Read())
            {
                frames.Add((byte[])reader[0]); // one, or one and its stand-in
            }
        }

        foreach (var frame in frames)
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

    private ulong? Count(TouchedEpoch touched, uint sequence, uint ticks, RecordContent content)
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
        if (Sql.Value(_last, (long)decision.NodeId, (long)decision.Epoch) > 0)
        {
            Touch(decision.NodeId, decision.Epoch, 0).IsOutOfOrder = true;
        }
    }

    // From the records alone, as if they had come in one piece.
    private void Rebuild(TouchedEpoch touched)
    {
        var fold = NewFold(touched.Node, touched.Epoch);
        foreach (var (sequence, frame) in Frames(touched.Node, touched.Epoch, uint.MaxValue))
        {
            fold.Add(sequence, frame);
        }

        touched.Fold = fold;
        touched.Tallies.Clear();
        Sql.Execute(_connection, "DELETE FROM tallies WHERE node = $node AND epoch = $epoch", ("$node", (long)touched.Node), ("$epoch", (long)touched.Epoch));
        var frames = Frames(touched.Node, touched.Epoch, uint.MaxValue).ToList();
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

    private IEnumerable<(uint Sequence, byte[] Frame)> Frames(ulong node, uint epoch, uint last)
    {
        Sql.Bind(_frames, (long)node, (long)epoch, (long)last);
        using var reader = _frames.ExecuteReader();
        while (reader.Read())
        {
            yield return ((uint)reader.GetInt64(0), (byte[])reader[1]);
        }
    }
}
