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
    private readonly DbConnection _connection;
    private readonly SpanSet _spans;
    private readonly FoldTable _folds;
    private readonly TallyTable _tallies;
    private readonly FactTable _facts;
    private readonly DecisionTable _decisions;
    private readonly UnreadableTable _unreadable;
    private readonly SeenIndex _seen;
    private readonly Dictionary<(ulong Node, uint Epoch), TouchedEpoch> _touched = [];

    public Projector(DbConnection connection, Vault vault, FoldCache cache, SpanSet spans, List<IDisposable> owned)
    {
        _connection = connection;
        _spans = spans;
        _tallies = new TallyTable(connection, owned);
        _facts = new FactTable(connection, owned);
        _folds = new FoldTable(connection, vault, cache, spans, _facts, owned);
        _decisions = new DecisionTable(connection, owned);
        _unreadable = new UnreadableTable(connection, owned);
        _seen = new SeenIndex(connection, vault, owned);
    }

    /// <summary>Forgets what was read: somebody else has written since.</summary>
    public void Forget()
    {
        _folds.Forget();
        _unreadable.Forget();
        _seen.Forget();
    }

    /// <summary>Reads what is known of epochs, all at once; before their records are added.</summary>
    public void Load(IEnumerable<(ulong Node, uint Epoch)> epochs)
    {
        foreach (var touched in _folds.Load([.. epochs.Distinct().Where(epoch => !_touched.ContainsKey(epoch))]))
        {
            _touched[(touched.Node, touched.Epoch)] = touched;
        }
    }

    /// <summary>Takes records in that are new in the store: those of an epoch in their order, epochs side by side, for opening their codes is most of the work.</summary>
    public void Add(IEnumerable<NewRecords> all)
    {
        var epochs = all.GroupBy(records => Touch(records.Node, records.Epoch)).ToList();
        foreach (var log in epochs.Where(epoch => HostNode.IsHost(epoch.Key.Node))) // whose decisions touch others
        {
            Add(log);
        }

        var nodes = epochs.Where(epoch => !HostNode.IsHost(epoch.Key.Node)).ToList();
        if (nodes.TrueForAll(epoch => epoch.All(records => records.Opened is not null)))
        {
            nodes.ForEach(Add); // the rest is less than waking another thread
        }
        else
        {
            Parallel.ForEach(nodes, Add);
        }
    }

    /// <summary>After <see cref="Finish"/>: another node that saw what a record is about.</summary>
    public ulong? Other(NewRecords records, int number) => _touched[(records.Node, records.Epoch)].Others[number];

    /// <summary>After <see cref="Finish"/>: the first record of an epoch that waits for a key; null: none does.</summary>
    public uint? FirstWaiting(ulong node, uint epoch) => _unreadable.FirstWaiting(node, epoch);

    /// <summary>Whether an epoch's fold has a chain of seals.</summary>
    /// <param name="isImage">A flash image says so, which proves nothing.</param>
    public bool KnowsSeals(ulong node, uint epoch, SealStart seals, bool isImage) => Touch(node, epoch).Fold.Seals.Knows(seals, isImage);

    /// <summary>Another chain of seals is known of an epoch whose records come now.</summary>
    public void SealsBegin(ulong node, uint epoch)
    {
        var touched = Touch(node, epoch);
        var before = touched.Fold.Seals.Copy();
        if (touched.Fold.Seals.Load(_connection, touched.Fold.LastSequence))
        {
            touched.IsOutOfOrder = true; // what was opened under another chain is opened again
            touched.SealsBefore ??= before;
        }
    }

    /// <summary>A node tells of its lane's state; of an epoch of which nothing is here it is not kept.</summary>
    public void Tell(LaneReport report)
    {
        _spans.Load([(report.Node, report.Epoch)]);
        if (_spans.Last(report.Node, report.Epoch) > 0)
        {
            Touch(report.Node, report.Epoch).Fold.Lane.Tell(report);
        }
    }

    /// <summary>Reckons an epoch anew when it is finished.</summary>
    public void MarkStale(ulong node, uint epoch)
    {
        Touch(node, epoch).IsOutOfOrder = true;
    }

    /// <summary>Writes what has changed; once, before the commit.</summary>
    public void Finish()
    {
        // Decisions first: they touch the epochs that they are about.
        var logs = _touched.Values.Where(touched => HostNode.IsHost(touched.Node)).ToList();
        logs.ForEach(Finish);
        var epochs = _touched.Values.Where(touched => !HostNode.IsHost(touched.Node)).ToList();
        foreach (var epoch in epochs)
        {
            Finish(epoch);
            epoch.Facts = _facts.Change(epoch.Node, epoch.Epoch, epoch.Facts, epoch.Fold.Day());
        }

        _tallies.Write();
        _unreadable.Write();
        _folds.Write();
        _facts.Write();
        Rows.BeginPosted(_connection);
        _seen.Write([.. logs, .. epochs]);
    }

    /// <summary>The transaction is on disk: the folds may be kept.</summary>
    public void Committed()
    {
        foreach (var touched in _touched.Values)
        {
            _folds.Keep(touched);
        }

        _touched.Clear();
    }

    private void Finish(TouchedEpoch touched)
    {
        touched.Version++;
        var isAnew = touched.IsOutOfOrder || touched.IsRetimed;
        if (isAnew)
        {
            Rebuild(touched);
            touched.Rebuilt = touched.Version;
        }

        _tallies.Change(touched, isAnew);
        _unreadable.Change(touched, isAnew);
        _folds.Change(touched);
    }

    private TouchedEpoch Touch(ulong node, uint epoch)
    {
        if (!_touched.TryGetValue((node, epoch), out var touched))
        {
            Load([(node, epoch)]);
            touched = _touched[(node, epoch)];
        }

        return touched;
    }

    private void Add(IGrouping<TouchedEpoch, NewRecords> epoch)
    {
        var touched = epoch.Key;
        foreach (var records in epoch)
        {
            touched.Fold.Seals.Opened = records.Opened;
            touched.Seen.EnsureCapacity(touched.Seen.Count + records.Records.Count);
            touched.IsOutOfOrder |= records.IsConflict || records.Records[0].Sequence <= touched.Fold.Lane.Last;
            foreach (var (sequence, frame) in records.Records)
            {
                if ((touched.IsOutOfOrder ? Elsewhere(touched, sequence, frame) : Append(touched, sequence, frame)) is { } number)
                {
                    records.Asked.Add((sequence, Frame.Type(frame, 0), number));
                }
            }
        }

        touched.Fold.Seals.Opened = null;
    }

    // Where the epoch will tell who else saw what the record is about; null: it is about no code.
    private int? Append(TouchedEpoch touched, uint sequence, byte[] frame)
    {
        var content = touched.Fold.Add(sequence, frame);
        touched.IsRetimed |= touched.Fold.HasRetimed;
        touched.IsOutOfOrder |= touched.Fold.HasRecounted;
        if (content is null)
        {
            return null;
        }

        var other = Counts(touched.Fold, sequence, frame) ? Count(touched, sequence, frame, content) : null;
        foreach (var earlier in touched.Fold.TakenBack)
        {
            if (earlier < sequence && !touched.Fold.IsInConflict(earlier))
            {
                TakeBack(touched, earlier);
            }
        }

        return other;
    }

    // For a record that is not behind the last one: what it changes is reckoned at the end, but its lane is told at once.
    private static int? Elsewhere(TouchedEpoch touched, uint sequence, byte[] frame)
    {
        return touched.Fold.Read(sequence, frame) is { } content && touched.SightingOf(sequence, content) is { } sighting ? touched.Note(SeenAct.Ask, sighting) : null;
    }

    private void TakeBack(TouchedEpoch touched, uint sequence)
    {
        List<(uint Sequence, byte[] Frame)> frames; // one, or one and its stand-in
        lock (_connection)
        {
            frames = [.. StoredFrames.Of(_connection, touched.Node, touched.Epoch, sequence, sequence)];
        }

        foreach (var (_, frame) in frames)
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

            if (touched.Fold.IsStruck(sequence, frame) || touched.Fold.IsInDamagedTube(frame))
            {
                continue; // it never counted
            }

            touched.Tally(sequence, Frame.Ticks(frame, 0), content, -1);
            if (RecordReader.IsUnreadable(content, frame))
            {
                touched.Unreadable[sequence] = null;
            }

            if (touched.SightingOf(sequence, content) is { } sighting)
            {
                touched.Note(SeenAct.Remove, sighting);
            }
        }
    }

    private int? Count(TouchedEpoch touched, uint sequence, byte[] frame, RecordContent content)
    {
        if (content is Decided decision)
        {
            Decide(touched, sequence, decision, stands: true);
            return null;
        }

        touched.Tally(sequence, Frame.Ticks(frame, 0), content, 1);
        if (RecordReader.IsUnreadable(content, frame) && !touched.Fold.IsKept(sequence, frame))
        {
            touched.Unreadable[sequence] = touched.Fold.Seals.LacksKeyOf(sequence);
        }

        return touched.SightingOf(sequence, content) is { } sighting ? touched.Note(SeenAct.Add, sighting) : null;
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
        var fold = _folds.New(touched.Node, touched.Epoch);
        fold.Lane.TakeOver(touched.Fold.Lane.Told, touched.Fold.Lane.Kept);
        var frames = StoredFrames.Of(_connection, touched.Node, touched.Epoch).ToList();
        foreach (var (sequence, frame) in frames)
        {
            fold.Add(sequence, frame, opensPeople: false);
        }

        touched.Fold = fold;
        touched.Tallies.Clear();
        touched.Unreadable.Clear();
        RemoveAsReadBefore(touched, frames);
        // First away with what does not count: two versions of a record may say the same of a code, and one of them may stand.
        foreach (var (sequence, frame) in frames.Where(record => !Counts(fold, record.Sequence, record.Frame)))
        {
            if (fold.Read(sequence, frame) is Decided decision)
            {
                Decide(touched, sequence, decision, stands: false);
            }
            else if (fold.Read(sequence, frame) is { } content && touched.SightingOf(sequence, content) is { } sighting)
            {
                touched.Note(SeenAct.Remove, sighting);
            }
        }

        foreach (var (sequence, frame) in frames.Where(record => Counts(fold, record.Sequence, record.Frame)))
        {
            if (fold.Read(sequence, frame) is { } content)
            {
                Count(touched, sequence, frame, content);
            }
        }
    }

    // Under another chain a record says another code: what it was noted for is found under the chain of before alone.
    private static void RemoveAsReadBefore(TouchedEpoch touched, List<(uint Sequence, byte[] Frame)> frames)
    {
        if (touched.SealsBefore is not { } before)
        {
            return;
        }

        foreach (var (sequence, frame) in frames)
        {
            if (RecordReader.Read(before, sequence, frame) is { } content and not Decided
                && touched.SightingOf(sequence, content) is { } sighting)
            {
                touched.Note(SeenAct.Remove, sighting);
            }
        }

        touched.SealsBefore = null;
    }

    private static bool Counts(EpochFold fold, uint sequence, byte[] frame) => fold.Stands(sequence) && !fold.IsStruck(sequence, frame) && !fold.IsInDamagedTube(frame);
}
