using FieldNode.Host.Projection;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Merge;

/// <summary>
/// The set union: adds what is new of a log part to the store, in the caller's transaction. The order and number of times in which
/// parts arrive change nothing. Statements are prepared once; one instance serves one connection and is not shared between threads.
/// </summary>
internal sealed class Merger : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<SqliteCommand> _commands = [];
    private readonly SqliteCommand _insertRecord;
    private readonly SqliteCommand _countVariants;
    private readonly SqliteCommand _insertConflict;
    private readonly SqliteCommand _insertBatch;
    private readonly SqliteCommand _laneOf;
    private readonly SqliteCommand _insertSeals;
    private readonly SpanSet _spans;
    private readonly EpochWatch _epochs;
    private readonly Projector _projector;

    public Merger(SqliteConnection connection, HostStore store)
    {
        _connection = connection;
        _insertRecord = Command("INSERT INTO records VALUES ($node, $epoch, $sequence, $frame) ON CONFLICT DO NOTHING", "$node", "$epoch", "$sequence", "$frame");
        // A stand-in of type Lost (0x0B) yields to the record itself: no conflict.
        _countVariants = Command("SELECT count(*) FROM records WHERE node = $node AND epoch = $epoch AND sequence = $sequence AND substr(frame, 2, 1) <> x'0B'", "$node", "$epoch", "$sequence");
        _insertConflict = Command("INSERT INTO conflicts VALUES ($node, $epoch, $sequence) ON CONFLICT DO NOTHING", "$node", "$epoch", "$sequence");
        _insertBatch = Command("INSERT INTO batches (node, epoch, first, frames, source, received_ms, bytes) VALUES ($node, $epoch, $first, $frames, $source, $received, $bytes)",
            "$node", "$epoch", "$first", "$frames", "$source", "$received", "$bytes");
        _laneOf = Command("SELECT lane FROM nodes WHERE node = $node", "$node");
        _insertSeals = Command("INSERT INTO seal_starts VALUES ($node, $epoch, $since, $key, $chain) ON CONFLICT DO NOTHING", "$node", "$epoch", "$since", "$key", "$chain");
        _spans = new SpanSet(connection, _commands);
        _epochs = new EpochWatch(connection, _commands);
        _projector = new Projector(connection, store.Vault, store.Folds, _commands);
    }

    /// <summary>Adds a part whose frames have been checked.</summary>
    public MergeResult Add(LogPart part, long nowMs)
    {
        var added = new List<(uint Sequence, byte[] Frame)>();
        var conflicts = 0;
        foreach (var (sequence, frame) in part.Frames())
        {
            var bytes = frame.ToArray();
            if (Sql.Run(_insertRecord, (long)part.NodeId, (long)part.Epoch, (long)sequence, bytes) == 0)
            {
                continue;
            }

            added.Add((sequence, bytes));
            if (Sql.Value(_countVariants, (long)part.NodeId, (long)part.Epoch, (long)sequence) > 1)
            {
                conflicts++;
                Sql.Run(_insertConflict, (long)part.NodeId, (long)part.Epoch, (long)sequence);
            }
        }

        IReadOnlyList<LaneMessage> messages = [];
        if (added.Count > 0)
        {
            TakeSeals(part, added[0].Sequence);
            var elsewhere = _projector.Add(part.NodeId, part.Epoch, added, conflicts > 0);
            messages = part.Source == LogSource.Upload ? [.. elsewhere.Where(record => record.Kind is RecordType.PersonSampled or RecordType.TubeOpened).Take(Reply.MessagesMax).Select(Message)] : messages;
            Sql.Run(_insertBatch, (long)part.NodeId, (long)part.Epoch, (long)part.FirstSequence, part.FrameCount, (int)part.Source, nowMs, part.Bytes);
            _spans.Add(part.NodeId, part.Epoch, part.FirstSequence, part.FirstSequence + (uint)part.FrameCount - 1);
        }

        var twoEpochs = part.Source == LogSource.Upload && _epochs.Heard(part, added.Count > 0, nowMs);
        return new MergeResult(_spans.Prefix(part.NodeId, part.Epoch), added.Count, conflicts, twoEpochs, messages);
    }

    /// <summary>Reckons what follows from an epoch's records anew: keys that open them have come.</summary>
    public void MarkStale(ulong node, uint epoch)
    {
        _projector.MarkStale(node, epoch);
    }

    /// <summary>Writes what follows from the parts, and commits.</summary>
    public void Commit(SqliteTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        _projector.Finish();
        transaction.Commit();
        _projector.Committed();
    }

    public void Dispose()
    {
        _commands.ForEach(command => command.Dispose());
    }

    private void TakeSeals(LogPart part, uint first)
    {
        if (part.Seals.Key != SealStart.Unknown && Sql.Run(_insertSeals, (long)part.NodeId, (long)part.Epoch, (long)part.Seals.Since, (int)part.Seals.Key, (int)part.Seals.Chain) > 0)
        {
            _projector.SealsBegin(part.NodeId, part.Epoch, first);
        }
    }

    private LaneMessage Message((uint Sequence, byte Kind, ulong Other) elsewhere)
    {
        Sql.Bind(_laneOf, (long)elsewhere.Other);
        return new LaneMessage(elsewhere.Kind == RecordType.PersonSampled ? Reply.MessageAlreadySampled : Reply.MessageTubeElsewhere, elsewhere.Sequence, _laneOf.ExecuteScalar() as string ?? "");
    }

    private SqliteCommand Command(string sql, params string[] parameters) => Sql.Prepare(_connection, _commands, sql, parameters);
}
