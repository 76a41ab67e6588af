using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
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
    private readonly SqliteCommand _insertSeen;
    private readonly SqliteCommand _insertUndone;
    private readonly SqliteCommand _findSeen;
    private readonly SpanSet _spans;
    private readonly EpochWatch _epochs;
    private readonly PersonSampled _person = new();
    private readonly TubeOpened _tube = new();
    private readonly Undone _undone = new();

    public Merger(SqliteConnection connection)
    {
        _connection = connection;
        _insertRecord = Command("INSERT INTO records VALUES ($node, $epoch, $sequence, $frame) ON CONFLICT DO NOTHING", "$node", "$epoch", "$sequence", "$frame");
        // A stand-in of type Lost (0x0B) yields to the record itself: no conflict.
        _countVariants = Command("SELECT count(*) FROM records WHERE node = $node AND epoch = $epoch AND sequence = $sequence AND substr(frame, 2, 1) <> x'0B'", "$node", "$epoch", "$sequence");
        _insertConflict = Command("INSERT INTO conflicts VALUES ($node, $epoch, $sequence) ON CONFLICT DO NOTHING", "$node", "$epoch", "$sequence");
        _insertBatch = Command("INSERT INTO batches (node, epoch, first, frames, source, received_ms, bytes) VALUES ($node, $epoch, $first, $frames, $source, $received, $bytes)",
            "$node", "$epoch", "$first", "$frames", "$source", "$received", "$bytes");
        _insertSeen = Command("INSERT INTO seen VALUES ($node, $epoch, $sequence, $round, $kind, $code) ON CONFLICT DO NOTHING",
            "$node", "$epoch", "$sequence", "$round", "$kind", "$code");
        _insertUndone = Command("INSERT INTO undone VALUES ($node, $epoch, $sequence) ON CONFLICT DO NOTHING", "$node", "$epoch", "$sequence");
        _findSeen = Command("""
            SELECT nodes.lane FROM seen JOIN nodes USING (node)
            WHERE round = $round AND kind = $kind AND code = $code
              AND NOT (seen.node = $node AND epoch = $epoch AND sequence = $sequence)
              AND NOT EXISTS (SELECT 1 FROM undone WHERE undone.node = seen.node AND undone.epoch = seen.epoch AND undone.sequence = seen.sequence)
            ORDER BY seen.node, epoch, sequence LIMIT 1
            """, "$node", "$epoch", "$sequence", "$round", "$kind", "$code");
        _spans = new SpanSet(connection, _commands);
        _epochs = new EpochWatch(connection, _commands);
    }

    /// <summary>Adds a part whose frames have been checked.</summary>
    public MergeResult Add(LogPart part, long nowMs)
    {
        var added = 0;
        var conflicts = 0;
        var messages = new List<LaneMessage>();
        foreach (var (sequence, frame) in part.Frames())
        {
            if (Run(_insertRecord, (long)part.NodeId, (long)part.Epoch, (long)sequence, frame.ToArray()) == 0)
            {
                continue;
            }

            added++;
            if (Value(_countVariants, (long)part.NodeId, (long)part.Epoch, (long)sequence) > 1)
            {
                conflicts++;
                Run(_insertConflict, (long)part.NodeId, (long)part.Epoch, (long)sequence);
            }

            Project(part, sequence, frame, messages);
        }

        if (added > 0)
        {
            Run(_insertBatch, (long)part.NodeId, (long)part.Epoch, (long)part.FirstSequence, part.FrameCount, (int)part.Source, nowMs, part.Bytes);
            _spans.Add(part.NodeId, part.Epoch, part.FirstSequence, part.FirstSequence + (uint)part.FrameCount - 1);
        }

        var twoEpochs = part.Source == LogSource.Upload && _epochs.Heard(part.NodeId, part.Epoch, added > 0, nowMs);
        return new MergeResult(_spans.Prefix(part.NodeId, part.Epoch), added, conflicts, twoEpochs, messages);
    }

    public void Dispose()
    {
        _commands.ForEach(command => command.Dispose());
    }

    private void Project(LogPart part, uint sequence, ArraySegment<byte> frame, List<LaneMessage> messages)
    {
        var bytes = frame.Array!;
        var content = frame.Offset + Frame.HeadBytes;
        var count = Frame.ContentCount(bytes, frame.Offset);
        switch (Frame.Type(bytes, frame.Offset))
        {
            case RecordType.PersonSampled when _person.TryRead(bytes, content, count) && !_person.Training && _person.Kind != PersonSampled.KindNoPapers:
                See(part, sequence, _person.Round, _person, Reply.MessageAlreadySampled, messages);
                break;
            case RecordType.TubeOpened when _tube.TryRead(bytes, content, count) && !_tube.Training:
                See(part, sequence, _tube.Round, _tube, Reply.MessageTubeElsewhere, messages);
                break;
            case RecordType.Undone when _undone.TryRead(bytes, content, count):
                Run(_insertUndone, (long)part.NodeId, (long)part.Epoch, (long)_undone.Sequence);
                break;
            default:
                break;
        }
    }

    private void See(LogPart part, uint sequence, ushort round, CodeContent content, byte message, List<LaneMessage> messages)
    {
        var code = content.Code.AsSpan(0, content.CodeCount).ToArray();
        Run(_insertSeen, (long)part.NodeId, (long)part.Epoch, (long)sequence, (int)round, (int)content.Type, code);
        if (part.Source != LogSource.Upload || messages.Count == Reply.MessagesMax)
        {
            return;
        }

        Bind(_findSeen, (long)part.NodeId, (long)part.Epoch, (long)sequence, (int)round, (int)content.Type, code);
        if (_findSeen.ExecuteScalar() is string lane)
        {
            messages.Add(new LaneMessage(message, sequence, lane));
        }
    }

    private SqliteCommand Command(string sql, params string[] parameters)
    {
        return Prepare(_connection, _commands, sql, parameters);
    }

    internal static SqliteCommand Prepare(SqliteConnection connection, List<SqliteCommand> owned, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // constant statements only
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter(name, null));
        }

        owned.Add(command);
        return command;
    }

    internal static void Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }

    internal static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        Bind(command, values);
        return command.ExecuteNonQuery();
    }

    internal static long Value(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        Bind(command, values);
        return Convert.ToInt64(command.ExecuteScalar() ?? 0L);
    }
}
