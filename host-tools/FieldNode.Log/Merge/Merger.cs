using System.Data.Common;
using FieldNode.Log.Database;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;

namespace FieldNode.Log.Merge;

/// <summary>
/// Set union: adds the new records of log parts to the store, in the caller's transaction. The order in which parts arrive, and how often,
/// changes nothing. Parts are merged together, so that a database across a network needs only a few queries for all of them. One instance
/// serves one connection and is not shared between threads.
/// </summary>
internal sealed class Merger : IDisposable
{
    /// <summary>More epochs than a city has lanes; above this number, the cache is cleared.</summary>
    private const int EpochsMax = 16_384;

    private readonly DbConnection _connection;
    private readonly Statements _statements;
    private readonly Rows _overlaps;
    private readonly Rows _insertBatch;
    private readonly Rows _insertConflict;
    private readonly Rows _dropConflict;
    private readonly Rows _insertImage;
    private readonly Rows _insertSeals;
    private readonly SpanSet _spans;
    private readonly CloneDetector _epochs;
    private readonly ILogFollowing _follower;
    // chains in the store; true if only images name them
    private readonly Dictionary<SealedSince, bool> _seals = [];
    private readonly HashSet<SealedSince> _newSeals = [];
    private readonly Dictionary<(ulong Node, uint Epoch, uint Sequence), bool> _conflicts = []; // of this commit; false if there is none
    private readonly HashSet<ulong> _keysCame = [];
    private readonly List<(LogPart Part, long NowMs)> _waiting = [];
    private readonly List<LaneReport> _told = [];
    private long? _lastBatch;
    private bool _isUndisturbed;

    /// <param name="isBulk">As <see cref="ILogFollower.Follow"/>.</param>
    public Merger(DbConnection connection, HostStore store, bool isBulk)
    {
        _connection = connection;
        _statements = new Statements(connection);
        _overlaps = StoredFrames.Overlaps(_statements);
        _insertBatch = Rows.Insert(_statements, "batches", "id, node, epoch, first, frames, source, received_ms, bytes bytes");
        _insertConflict = Rows.Put(_statements, "conflicts", "node, epoch, sequence", values: null);
        _dropConflict = Rows.Delete(_statements, "conflicts", "node, epoch, sequence");
        _insertSeals = Rows.Put(_statements, "seal_starts", "node, epoch, since, key, chain, seal_check", "is_image",
            "CASE WHEN excluded.{0} = 0 THEN 0 ELSE {1}.{0} END");
        _insertImage = Rows.Put(_statements, "images", "node, epoch", values: null);
        _spans = new SpanSet(_statements);
        _epochs = new CloneDetector(_statements);
        _follower = store.Follower.Follow(connection, store.Vault, store.Outside, isBulk);
    }

    /// <summary>Begins a transaction. Cached state remains valid as long as no one else has written.</summary>
    public void Begin(bool isCacheValid)
    {
        _isUndisturbed = isCacheValid && _spans.Count <= EpochsMax;
        if (_isUndisturbed)
        {
            return;
        }

        _spans.Forget();
        _epochs.Forget();
        _seals.Clear();
        _lastBatch = null;
    }

    /// <summary>Adds a part whose frames have been checked; it is merged by <see cref="Commit"/>.</summary>
    public void Add(LogPart part, long nowMs)
    {
        _waiting.Add((part, nowMs));
    }

    /// <summary>Adds a node's report of its lane's state; it is compared by <see cref="Commit"/>, or when the record arrives.</summary>
    /// <param name="report">Null if there is no report.</param>
    public void Tell(LaneReport? report)
    {
        if (report is not null)
        {
            _told.Add(report);
        }
    }

    /// <summary>Notes that keys of a node have arrived, which open its sealed records.</summary>
    public void ArrivedKeys(ulong node)
    {
        _keysCame.Add(node);
    }

    /// <summary>Merges the added parts and commits; returns a result for each part.</summary>
    public IReadOnlyList<MergeResult> Commit(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var (results, committed) = Merge();
        transaction.Commit();
        committed();
        _spans.Committed();
        return results;
    }

    public void Dispose()
    {
        _follower.Dispose();
        _statements.Dispose();
    }

    private (List<MergeResult> Results, Action Committed) Merge()
    {
        var outcomes = FindNewRecords();
        // In the order of their records, so that parts that arrived out of order need no rebuild.
        var touched = outcomes.Where(outcome => outcome.Added.Count > 0).OrderBy(outcome => outcome.Part.NodeId)
            .ThenBy(outcome => outcome.Part.Epoch).ThenBy(outcome => outcome.Added[0].Sequence).ToList();
        touched.ForEach(outcome => TakeSeals(outcome.Part));
        WriteSeals();
        _statements.Send(); // the follower reads these rows
        var records = touched.ConvertAll(outcome => new NewRecords(outcome.Part, outcome.Added, outcome.Conflicts > 0));
        var followed = _follower.Take(new LogCommit(_isUndisturbed, _spans, records, [.. _told], [.. _keysCame]));
        foreach (var (outcome, messages) in touched.Zip(followed.Messages))
        {
            outcome.Messages = messages;
        }

        _waiting.Clear();
        _told.Clear();
        _keysCame.Clear();
        return ([.. outcomes.Select(outcome => new MergeResult(outcome.HeldUpTo, Readable(outcome, followed), outcome.Added.Count,
            outcome.Conflicts, outcome.TwoEpochs, outcome.Messages))], followed.Committed);
    }

    // Not acknowledged: a node keeps the people whose codes this host cannot read yet.
    private static uint Readable(Outcome outcome, FollowedCommit followed)
    {
        var waiting = outcome.Part.Source == LogSource.Upload ? followed.FirstWaiting(outcome.Part.NodeId, outcome.Part.Epoch) : null;
        return waiting is { } first && first <= outcome.HeldUpTo ? first - 1 : outcome.HeldUpTo;
    }

    // Finds the new records of each part; stores its batch if there are any.
    private List<Outcome> FindNewRecords()
    {
        _spans.Load(_waiting.Select(work => (work.Part.NodeId, work.Part.Epoch)).Distinct());
        _epochs.Load(_waiting.Where(work => work.Part.Source == LogSource.Upload).Select(work => work.Part.NodeId).Distinct());
        var id = _lastBatch ?? StoredFrames.LastBatch(_connection);
        var held = Held();
        var outcomes = new List<Outcome>(_waiting.Count);
        foreach (var (part, nowMs) in _waiting)
        {
            var key = (part.NodeId, part.Epoch);
            var outcome = _spans.HasAny(part.NodeId, part.Epoch, part.FirstSequence, part.LastSequence) ? Compare(part, held[key])
                : new Outcome(part, [.. part.Frames().Select(record => (record.Sequence, record.Frame.ToArray()))]);
            if (outcome.Added.Count > 0)
            {
                (held.TryGetValue(key, out var known) ? known : held[key] = []).Add(part);
                _insertBatch.Add(++id, (long)part.NodeId, part.Epoch, part.FirstSequence, part.FrameCount, (int)part.Source,
                    nowMs, part.Bytes);
                _spans.Add(part.NodeId, part.Epoch, part.FirstSequence, part.LastSequence);
                if (part.Source == LogSource.FlashImage)
                {
                    _insertImage.Add((long)part.NodeId, part.Epoch);
                }
            }

            outcome.TwoEpochs = part.Source == LogSource.Upload
                && _epochs.Hear(part, outcome.Added.Count > 0, outcome.Conflicts > 0, nowMs);
            outcome.HeldUpTo = _spans.Prefix(part.NodeId, part.Epoch);
            outcomes.Add(outcome);
        }

        _lastBatch = id;
        _insertBatch.Post();
        foreach (var ((node, epoch, sequence), isThere) in _conflicts)
        {
            (isThere ? _insertConflict : _dropConflict).Add((long)node, epoch, sequence);
        }

        _conflicts.Clear();
        _dropConflict.Post();
        _insertConflict.Post();
        _insertImage.Post();
        _spans.Write();
        _epochs.Write();
        return outcomes;
    }

    // The stored batches that overlap the parts to be merged.
    private Dictionary<(ulong Node, uint Epoch), List<LogPart>> Held()
    {
        foreach (var (part, _) in _waiting)
        {
            if (_spans.HasAny(part.NodeId, part.Epoch, part.FirstSequence, part.LastSequence))
            {
                _overlaps.Add((long)part.NodeId, part.Epoch, part.FirstSequence, part.LastSequence);
            }
        }

        return _overlaps.Query(StoredFrames.PartOf).GroupBy(part => (part.NodeId, part.Epoch))
            .ToDictionary(group => group.Key, group => group.ToList());
    }

    private Outcome Compare(LogPart part, List<LogPart> held)
    {
        var known = held.Where(other => other.FirstSequence <= part.LastSequence && other.LastSequence >= part.FirstSequence)
            .SelectMany(other => other.Frames().Select(record => (record.Sequence, record.Frame, other.Source)))
                .ToLookup(record => record.Sequence);
        var isImage = part.Source == LogSource.FlashImage;
        var outcome = new Outcome(part, []);
        foreach (var (sequence, frame) in part.Frames())
        {
            var signed = known[sequence].Where(other => other.Source != LogSource.FlashImage).Select(other => other.Frame).ToList();
            if (isImage && signed.Exists(IsRecord))
            {
                continue; // an image adds nothing to what a node has signed
            }

            var rivals = isImage ? known[sequence].Select(other => other.Frame).ToList() : signed;
            if (rivals.Exists(other => other.AsSpan().SequenceEqual(frame)))
            {
                continue;
            }

            outcome.Added.Add((sequence, frame.ToArray()));
            // A placeholder of type Lost gives way to the record itself: no conflict.
            if (IsRecord(frame) && rivals.Exists(IsRecord))
            {
                outcome.Conflicts++;
                _conflicts[(part.NodeId, part.Epoch, sequence)] = true;
            }
            else if (!isImage && known[sequence].Any())
            {
                _conflicts[(part.NodeId, part.Epoch, sequence)] = false; // until now only between images
            }
        }

        return outcome;
    }

    private static bool IsRecord(ArraySegment<byte> frame) => Frame.Type(frame.Array!, frame.Offset) != RecordType.Lost;

    // Stores the chain that seals a part's records, once. The batch names it; a signed batch takes precedence over an image.
    private void TakeSeals(LogPart part)
    {
        var (seals, isImage) = (part.Seals, part.Source == LogSource.FlashImage);
        var chain = new SealedSince(part.NodeId, part.Epoch, seals.Since, seals.Key, seals.Chain, seals.Check);
        var isKnown = _seals.TryGetValue(chain, out var isImageAlone);
        if (seals.Key != SealStart.Unknown && (!isKnown || (isImageAlone && !isImage)))
        {
            _seals[chain] = isImage;
            _newSeals.Add(chain);
        }
    }

    private void WriteSeals()
    {
        foreach (var chain in _newSeals)
        {
            _insertSeals.Add((long)chain.Node, chain.Epoch, chain.Since, chain.Key, chain.Chain, chain.Check, _seals[chain] ? 1 : 0);
        }

        _newSeals.Clear();
        _insertSeals.Post();
    }

    /// <summary>A chain, and the first record of an epoch that it seals.</summary>
    private readonly record struct SealedSince(ulong Node, uint Epoch, uint Since, byte Key, byte Chain, uint Check);

    /// <summary>A part and its new records.</summary>
    private sealed class Outcome(LogPart part, List<(uint Sequence, byte[] Frame)> added)
    {
        public LogPart Part { get; } = part;

        public List<(uint Sequence, byte[] Frame)> Added { get; } = added;

        public int Conflicts { get; set; }

        public bool TwoEpochs { get; set; }

        public uint HeldUpTo { get; set; }

        /// <summary>The messages for the lane.</summary>
        public IReadOnlyList<LaneMessage> Messages { get; set; } = [];
    }
}
