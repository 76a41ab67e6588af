using System.Data.Common;
using FieldNode.Host.Store;
using FieldNode.Protocol;

namespace FieldNode.Host.Projection;

/// <summary>Where a code was seen: the record, and the kind of its type.</summary>
internal readonly record struct Sighting(byte Kind, string Code, int Round, ulong Node, uint Epoch, uint Sequence);

/// <summary>
/// Who, and which tube, bag and place was seen where: the index from codes to records, and what follows from a code's first and second
/// sighting in a round: coverage of the rosters, people on no roster, codes that were seen twice. What happens to it is noted, and done all at once.
/// </summary>
internal sealed class SeenIndex
{
    private readonly List<(Act Act, Sighting Sighting)> _events = [];
    private readonly Rows _read;
    private readonly Rows _insert;
    private readonly Rows _delete;
    private readonly Rows _insertDouble;
    private readonly Rows _deleteDouble;
    private readonly RosterIndex _rosters;
    private ulong?[] _others = [];

    public SeenIndex(DbConnection connection, List<DbCommand> owned)
    {
        (string, Is)[] row = [("code", Is.Text), ("kind", Is.Number), ("round", Is.Number), ("node", Is.Number), ("epoch", Is.Number), ("sequence", Is.Number)];
        (string, Is)[] key = [("code", Is.Text), ("kind", Is.Number), ("round", Is.Number)];
        _read = new Rows(connection, owned, "SELECT k.code, k.kind, k.round, seen.node, seen.epoch, seen.sequence FROM {k} JOIN seen ON seen.code = k.code AND seen.kind = k.kind AND seen.round = k.round", key);
        _insert = new Rows(connection, owned, "INSERT INTO seen (code, kind, round, node, epoch, sequence) SELECT k.code, k.kind, k.round, k.node, k.epoch, k.sequence FROM {k}", row);
        _delete = new Rows(connection, owned, "DELETE FROM seen WHERE (code, kind, round, node, epoch, sequence) IN (SELECT k.code, k.kind, k.round, k.node, k.epoch, k.sequence FROM {k})", row);
        _insertDouble = new Rows(connection, owned, "INSERT INTO doubles (kind, round, code) SELECT k.kind, k.round, k.code FROM {k} WHERE true ON CONFLICT DO NOTHING", key);
        _deleteDouble = new Rows(connection, owned, "DELETE FROM doubles WHERE (kind, round, code) IN (SELECT k.kind, k.round, k.code FROM {k})", key);
        _rosters = new RosterIndex(connection, owned);
    }

    private enum Act
    {
        Add,
        Remove,
        Ask,
    }

    /// <summary>Adds a sighting; the number under which <see cref="Other"/> finds another one of the same code, kind and round.</summary>
    public int Add(Sighting sighting) => Note(Act.Add, sighting);

    /// <summary>Takes a sighting away, if it is there.</summary>
    public void Remove(Sighting sighting) => Note(Act.Remove, sighting);

    /// <summary>Asks for another sighting than this one; the number under which <see cref="Other"/> finds it.</summary>
    public int Ask(Sighting sighting) => Note(Act.Ask, sighting);

    /// <summary>After <see cref="Write"/>: the node of another sighting, as it was at that moment; null when there was none, or this one was no news.</summary>
    public ulong? Other(int number) => _others[number];

    /// <summary>Does what was noted, in its order.</summary>
    public void Write()
    {
        var places = Load();
        _others = new ulong?[_events.Count];
        for (var i = 0; i < _events.Count; i++)
        {
            var (act, sighting) = _events[i];
            _others[i] = places[Key(sighting)].Do(act, Where(sighting));
        }

        foreach (var ((code, kind, round), seen) in places)
        {
            Write(code, kind, round, seen);
        }

        _rosters.Change(); // which asks who was seen before
        _delete.Run();
        _insert.Run();
        _deleteDouble.Run();
        _insertDouble.Run();
        _events.Clear();
    }

    // A household is visited again, and a fever measured again; a person, a tube, a bag come once a round.
    private static bool IsOnce(byte kind) => kind is RecordType.PersonSampled or RecordType.TubeOpened or RecordType.TubePacked or RecordType.BagOpened;

    private static (string Code, byte Kind, int Round) Key(Sighting sighting) => (sighting.Code, sighting.Kind, sighting.Round);

    private static (long Node, uint Epoch, uint Sequence) Where(Sighting sighting) => ((long)sighting.Node, sighting.Epoch, sighting.Sequence);

    private int Note(Act act, Sighting sighting)
    {
        _events.Add((act, sighting));
        return _events.Count - 1;
    }

    private Dictionary<(string Code, byte Kind, int Round), Places> Load()
    {
        var places = new Dictionary<(string, byte, int), Places>();
        foreach (var (_, sighting) in _events)
        {
            if (places.TryAdd(Key(sighting), new Places()))
            {
                _read.Add(sighting.Code, (int)sighting.Kind, sighting.Round);
            }
        }

        foreach (var (key, where) in _read.Query(reader => ((reader.GetString(0), reader.GetByte(1), reader.GetInt32(2)), (reader.GetInt64(3), (uint)reader.GetInt64(4), (uint)reader.GetInt64(5)))))
        {
            places[key].Before.Add(where);
            places[key].Now.Add(where);
        }

        return places;
    }

    private void Write(string code, byte kind, int round, Places places)
    {
        foreach (var (node, epoch, sequence) in places.Now.Except(places.Before))
        {
            _insert.Add(code, (int)kind, round, node, (long)epoch, (long)sequence);
        }

        foreach (var (node, epoch, sequence) in places.Before.Except(places.Now))
        {
            _delete.Add(code, (int)kind, round, node, (long)epoch, (long)sequence);
        }

        if (IsOnce(kind) && places.Before.Count > 1 != places.Now.Count > 1)
        {
            (places.Now.Count > 1 ? _insertDouble : _deleteDouble).Add(code, (int)kind, round);
        }

        if (kind == RecordType.PersonSampled && places.Before.Count > 0 != places.Now.Count > 0)
        {
            _rosters.Note(round, code, came: places.Now.Count > 0);
        }
    }

    /// <summary>The records that say that a code was seen.</summary>
    private sealed class Places
    {
        public HashSet<(long Node, uint Epoch, uint Sequence)> Before { get; } = [];

        public SortedSet<(long Node, uint Epoch, uint Sequence)> Now { get; } = [];

        public ulong? Do(Act act, (long Node, uint Epoch, uint Sequence) where)
        {
            var isNews = act switch
            {
                Act.Add => Now.Add(where),
                Act.Remove => Now.Remove(where),
                _ => true,
            };
            if (!isNews || act == Act.Remove)
            {
                return null;
            }

            foreach (var other in Now)
            {
                if (other != where)
                {
                    return (ulong)other.Node;
                }
            }

            return null;
        }
    }
}
