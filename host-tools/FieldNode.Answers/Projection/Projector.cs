using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Parts;
using FieldNode.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>
/// Keeps the answers up to date as records arrive, in the merge's transaction: where codes were seen, the number of people by round,
/// category and hour, and each epoch's facts. New records after an epoch's last one are added to its fold. Anything else (a filled gap, a
/// conflict, a clock that became known) rebuilds the epoch from its records; same result.
/// </summary>
internal sealed class Projector : ILogFollowing
{
    private readonly DbConnection _connection;
    private readonly Statements _statements;
    private readonly LaneMessages _messages;
    private readonly IScheduler _work;
    private readonly FoldTable _folds;
    private readonly TallyTable _tallies;
    private readonly FactTable _facts;
    private readonly DecisionTable _decisions;
    private readonly RecordEffects _effects;
    private readonly UnreadableTable _unreadable;
    private readonly SeenIndex _seen;
    private readonly Dictionary<(ulong Node, uint Epoch), TouchedEpoch> _touched = [];

    private SpanSet _held = null!; // the records in the store; set by each commit

    public Projector(DbConnection connection, Vault vault, IScheduler work, FoldCache folds, bool isBulk)
    {
        _connection = connection;
        _statements = new Statements(connection);
        _work = work;
        _messages = new LaneMessages(_statements);
        _tallies = new TallyTable(_statements);
        _facts = new FactTable(_statements);
        _folds = new FoldTable(vault, work, folds, _facts, _statements);
        _decisions = new DecisionTable(_statements);
        _effects = new RecordEffects(connection, _folds, Decide);
        _unreadable = new UnreadableTable(_statements);
        _seen = new SeenIndex(_statements, vault, isBulk);
    }

    public FollowedCommit Take(LogCommit commit)
    {
        if (!commit.IsCacheValid)
        {
            Forget();
        }

        _held = commit.Held;
        Load(commit.Records.Select(records => (records.Node, records.Epoch)));
        foreach (var records in commit.Records)
        {
            TakeSeals(records.Part);
        }

        // drops reports of epochs without any records here
        foreach (var report in commit.Told.Where(report => _held.Last(report.Node, report.Epoch) > 0))
        {
            Touch(report.Node, report.Epoch).Fold.Lane.Tell(report);
        }

        foreach (var node in commit.ArrivedKeys)
        {
            Reopen(node);
        }

        var asked = Add(commit.Records);
        Finish();
        return new FollowedCommit(_messages.Of(commit.Records, asked, Other), _unreadable.FirstWaiting, Committed);
    }

    /// <summary>Rebuilds everything derived from an epoch's records, from the records alone.</summary>
    public void Rebuild(SpanSet held, ulong node, uint epoch)
    {
        _held = held;
        Touch(node, epoch).IsOutOfOrder = true;
        Finish();
        Committed();
    }

    public void Dispose() => _statements.Dispose();

    private void Forget()
    {
        _folds.Forget();
        _unreadable.Forget();
        _seen.Forget();
    }

    // Loads all epochs at once, before their records are added.
    private void Load(IEnumerable<(ulong Node, uint Epoch)> epochs)
    {
        foreach (var touched in _folds.Load([.. epochs.Distinct().Where(epoch => !_touched.ContainsKey(epoch))], _held))
        {
            _touched[(touched.Node, touched.Epoch)] = touched;
        }
    }

    // A part may name a new chain of seals for its epoch: records opened under another chain are then opened again.
    private void TakeSeals(LogPart part)
    {
        var touched = Touch(part.NodeId, part.Epoch);
        if (part.Seals.Key == SealStart.Unknown || touched.Fold.Seals.Knows(part.Seals, part.Source == LogSource.FlashImage))
        {
            return;
        }

        var before = touched.Fold.Seals.Copy();
        if (touched.Fold.Seals.Load(_connection, touched.Fold.LastSequence))
        {
            touched.IsOutOfOrder = true;
            touched.SealsBefore ??= before;
        }
    }

    private void Reopen(ulong node)
    {
        foreach (var epoch in Sql.Query(_connection, "SELECT epoch FROM unreadable WHERE node = @node AND lacks_key = 1 UNION SELECT "
            + "epoch FROM seal_starts WHERE node = @node",
            reader => (uint)reader.GetInt64(0), new { node = (long)node }))
        {
            Touch(node, epoch).IsOutOfOrder = true;
        }
    }

    // Adds an epoch's records in order, and epochs in parallel, because opening codes is most of the work. Returns for each part the
    // records that contain a code, with the number by which Other finds another node that saw the code in the round.
    private List<(uint Sequence, byte Kind, int Number)>[] Add(IReadOnlyList<NewRecords> all)
    {
        var asked = all.Select(_ => new List<(uint, byte, int)>()).ToArray();
        var epochs = all.Index().GroupBy(records => Touch(records.Item.Node, records.Item.Epoch)).ToList();
        void AddOne(IGrouping<TouchedEpoch, (int Index, NewRecords Item)> epoch) => Add(epoch.Key, epoch, asked);
        epochs.FindAll(epoch => HostNode.IsHost(epoch.Key.Node)).ForEach(AddOne); // hosts first: their decisions touch other epochs
        var nodes = epochs.FindAll(epoch => !HostNode.IsHost(epoch.Key.Node));
        if (nodes.TrueForAll(epoch => epoch.All(records => records.Item.Part.Opened is not null)))
        {
            nodes.ForEach(AddOne); // the remaining work costs less than waking another thread
        }
        else
        {
            _work.ForEachParallel(nodes, AddOne);
        }

        return asked;
    }

    private ulong? Other(NewRecords records, int number) => _touched[(records.Node, records.Epoch)].Others[number];

    // Writes the changes, once, before the commit.
    private void Finish()
    {
        // Decisions first, because they touch the epochs they are about.
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
        _seen.Write([.. logs, .. epochs]);
        _statements.Send();
    }

    // The transaction is on disk: caches the folds.
    private void Committed()
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
        var isRebuilt = touched.IsOutOfOrder || touched.IsRetimed;
        if (isRebuilt)
        {
            _effects.Rebuild(touched);
            touched.Rebuilt = touched.Version;
        }

        _tallies.Change(touched, isRebuilt);
        _unreadable.Change(touched, isRebuilt);
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

    private void Add(TouchedEpoch touched, IEnumerable<(int Index, NewRecords Item)> parts, List<(uint, byte, int)>[] asked)
    {
        foreach (var (index, records) in parts)
        {
            touched.Fold.Seals.Opened = records.Part.Opened;
            touched.Seen.EnsureCapacity(touched.Seen.Count + records.Records.Count);
            touched.IsOutOfOrder |= records.IsConflict || records.Records[0].Sequence <= touched.Fold.Lane.Last;
            foreach (var (sequence, frame) in records.Records)
            {
                if ((touched.IsOutOfOrder ? RecordEffects.Elsewhere(touched, sequence, frame)
                    : _effects.Append(touched, sequence, frame)) is { } number)
                {
                    asked[index].Add((sequence, Frame.Type(frame, 0), number));
                }
            }
        }

        touched.Fold.Seals.Opened = null;
    }

    // Ignores a decision in a node's log, or about a record in a host's log.
    private void Decide(TouchedEpoch host, uint sequence, Decided decision, bool stands)
    {
        if (!HostNode.IsHost(host.Node) || HostNode.IsHost(decision.NodeId))
        {
            return;
        }

        _decisions.Put(host.Node, host.Epoch, sequence, stands ? decision : null);
        if (_held.Last(decision.NodeId, decision.Epoch) > 0)
        {
            Touch(decision.NodeId, decision.Epoch).IsOutOfOrder = true;
        }
    }
}
