using System.Text;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Reports;

/// <summary>Which people of the merged log are asked for; null and false mean no restriction but that to people who count.</summary>
public sealed record PersonFilter(int? Round = null, string? Site = null, bool All = false);

/// <summary>
/// The one true log: every person of every node, in an order that depends on the records alone (node, epoch, sequence, bytes), so equal
/// stores give equal rows however they were filled.
/// </summary>
public sealed class MergedLog(HostStore store)
{
    /// <summary>The people that pass a filter. Conflicting records are all there; undone and training ones only on request.</summary>
    public IEnumerable<PersonRow> People(PersonFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        using var connection = store.Guard(store.Connect);
        var epochs = store.Guard(() => Epochs(connection));
        foreach (var (node, epoch) in epochs)
        {
            foreach (var row in store.Guard(() => Fold(connection, node, epoch)))
            {
                var counts = filter.All || row.State is PersonState.Valid or PersonState.Conflict;
                if (counts && (filter.Round is null || row.Round == filter.Round) && (filter.Site is null || row.Site == filter.Site))
                {
                    yield return row;
                }
            }
        }
    }

    private static List<(ulong Node, uint Epoch)> Epochs(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT DISTINCT node, epoch FROM spans";
        using var reader = command.ExecuteReader();
        var epochs = new List<(ulong, uint)>();
        while (reader.Read())
        {
            epochs.Add(((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1)));
        }

        epochs.Sort();
        return epochs;
    }

    private static List<PersonRow> Fold(SqliteConnection connection, ulong node, uint epoch)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sequence, frame FROM records WHERE node = $node AND epoch = $epoch ORDER BY sequence, frame";
        command.Parameters.AddWithValue("$node", (long)node);
        command.Parameters.AddWithValue("$epoch", (long)epoch);
        using var reader = command.ExecuteReader();
        var fold = new EpochFold(node, epoch);
        while (reader.Read())
        {
            fold.Add((uint)reader.GetInt64(0), (byte[])reader[1]);
        }

        return fold.Rows();
    }

    /// <summary>Goes through one epoch's records in order.</summary>
    private sealed class EpochFold(ulong node, uint epoch)
    {
        private readonly TimeResolver _times = new();
        private readonly Dictionary<uint, string> _tubes = [];
        private readonly HashSet<uint> _undone = [];
        private readonly List<(PersonRow Row, (int, int, uint) Mark, uint Tube)> _people = [];
        private readonly Booted _booted = new();
        private readonly ClockSet _clock = new();
        private readonly OperatorSet _operatorSet = new();
        private readonly TubeOpened _opened = new();
        private readonly PersonSampled _person = new();
        private readonly Undone _undo = new();
        private string _site = "";
        private string _lane = "";
        private string _operator = "";
        private uint _lastSequence;
        private readonly HashSet<uint> _conflicts = [];

        public void Add(uint sequence, byte[] frame)
        {
            if (Frame.Type(frame, 0) == RecordType.Lost)
            {
                return; // a stand-in: the record itself may be here too, from elsewhere; if not, it is a gap
            }

            if (sequence > _lastSequence + 1)
            {
                _times.Gap();
            }

            if (sequence == _lastSequence)
            {
                _conflicts.Add(sequence);
            }

            _lastSequence = sequence;
            var count = Frame.ContentCount(frame, 0);
            var ticks = Frame.Ticks(frame, 0);
            switch (Frame.Type(frame, 0))
            {
                case RecordType.Booted when _booted.TryRead(frame, Frame.HeadBytes, count):
                    _times.Booted(_booted.BootCount);
                    _site = Encoding.UTF8.GetString(_booted.Site);
                    _lane = Encoding.UTF8.GetString(_booted.Lane);
                    break;
                case RecordType.ClockSet when _clock.TryRead(frame, Frame.HeadBytes, count):
                    _times.ClockSet(ticks, _clock.UtcMs);
                    break;
                case RecordType.OperatorSet when _operatorSet.TryRead(frame, Frame.HeadBytes, count):
                    _operator = Ascii(_operatorSet);
                    break;
                case RecordType.TubeOpened when _opened.TryRead(frame, Frame.HeadBytes, count):
                    _tubes[sequence] = Ascii(_opened);
                    break;
                case RecordType.PersonSampled when _person.TryRead(frame, Frame.HeadBytes, count):
                    AddPerson(sequence, ticks);
                    break;
                case RecordType.Undone when _undo.TryRead(frame, Frame.HeadBytes, count):
                    _undone.Add(_undo.Sequence);
                    break;
                default:
                    break;
            }

            _times.Mark(ticks);
        }

        public List<PersonRow> Rows()
        {
            return [.. _people.Select(person => person.Row with
            {
                Tube = _tubes.GetValueOrDefault(person.Tube, ""),
                State = State(person.Row),
                Time = _times.Resolve(person.Mark),
            })];
        }

        private string State(PersonRow row)
        {
            if (_conflicts.Contains(row.Sequence))
            {
                return PersonState.Conflict;
            }

            return _undone.Contains(row.Sequence) ? PersonState.Undone : row.State;
        }

        private void AddPerson(uint sequence, uint ticks)
        {
            var row = new PersonRow(node, epoch, sequence, _site, _lane, _person.Round, "", _person.Position, Ascii(_person),
                Category.Name(_person.Category), _operator, _person.Training ? PersonState.Training : PersonState.Valid, default);
            _people.Add((row, _times.Mark(ticks), _person.Tube));
        }

        // Codes are ASCII by the lane's rules; a hostile log may hold anything, which is shown but never as control characters.
        private static string Ascii(CodeContent content)
        {
            return Text.FromAscii(content.Code, 0, content.CodeCount);
        }
    }
}
