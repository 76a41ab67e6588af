using System.Data.Common;
using FieldNode.Host.Store;
using FieldNode.Protocol;

namespace FieldNode.Host.Projection;

/// <summary>Where a code was seen: the record, and the kind of its type.</summary>
internal readonly record struct Sighting(byte Kind, string Code, int Round, ulong Node, uint Epoch, uint Sequence);

/// <summary>What happens to a sighting.</summary>
internal enum SeenAct
{
    Add,

    /// <summary>It is taken away, if it is there.</summary>
    Remove,

    /// <summary>Nothing: whether there is another one is asked.</summary>
    Ask,
}

/// <summary>
/// Who, and which tube, bag and place was seen where: the index from codes to records, and what follows from a code's first and second
/// sighting in a round: coverage of the rosters, people on no roster, codes that were seen twice. What happens to it is noted by epoch, and done all at once.
/// </summary>
internal sealed class SeenIndex
{
    private readonly Rows _read;
    private readonly Rows _insert;
    private readonly Rows _delete;
    private readonly Rows _insertDouble;
    private readonly Rows _deleteDouble;
    private readonly RosterIndex _rosters;

    public SeenIndex(DbConnection connection, List<IDisposable> owned)
    {
        (string, Is)[] row = [("code", Is.Text), ("kind", Is.Number), ("round", Is.Number), ("node", Is.Number), ("epoch", Is.Number), ("sequence", Is.Number)];
        (string, Is)[] key = [("code", Is.Text), ("kind", Is.Number), ("round", Is.Number)];
        _read = Rows.Of(connection, owned, "SELECT k.code, k.kind, k.round, seen.node, seen.epoch, seen.sequence FROM {k} JOIN seen ON seen.code = k.code AND seen.kind = k.kind AND seen.round = k.round", key);
        _insert = Rows.Of(connection, owned, "INSERT INTO seen (code, kind, round, node, epoch, sequence) SELECT k.code, k.kind, k.round, k.node, k.epoch, k.sequence FROM {k}", row);
        _delete = Rows.Of(connection, owned, "DELETE FROM seen WHERE (code, kind, round, node, epoch, sequence) IN (SELECT k.code, k.kind, k.round, k.node, k.epoch, k.sequence FROM {k})", row);
        _insertDouble = Rows.Of(connection, owned, "INSERT INTO doubles (kind, round, code) SELECT k.kind, k.round, k.code FROM {k} WHERE true ON CONFLICT DO NOTHING", key);
        _deleteDouble = Rows.Of(connection, owned, "DELETE FROM doubles WHERE (kind, round, code) IN (SELECT k.kind, k.round, k.code FROM {k})", key);
        _rosters = new RosterIndex(connection, owned);
    }

    /// <summary>Does what epochs have noted, one epoch after the other.</summary>
    public void Write(IReadOnlyList<TouchedEpoch> epochs)
    {
        var places = Load(epochs);
        foreach (var epoch in epochs)
        {
            var others = new ulong?[epoch.Seen.Count];
            for (var i = 0; i < others.Length; i++)
            {
                var (act, sighting) = epoch.Seen[i];
                others[i] = places[Key(sighting)].Do(act, Where(sighting));
            }

            epoch.Others = others;
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
    }

    // A household is visited again, and a fever measured again; a person, a tube, a bag come once a round.
    private static bool IsOnce(byte kind) => kind is RecordType.PersonSampled or RecordType.TubeOpened or RecordType.TubePacked or RecordType.BagOpened;

    private static (string Code, byte Kind, int Round) Key(Sighting sighting) => (sighting.Code, sighting.Kind, sighting.Round);

    private static (long Node, uint Epoch, uint Sequence) Where(Sighting sighting) => ((long)sighting.Node, sighting.Epoch, sighting.Sequence);

    private Dictionary<(string Code, byte Kind, int Round), Places> Load(IReadOnlyList<TouchedEpoch> epochs)
    {
        var places = new Dictionary<(string, byte, int), Places>(epochs.Sum(epoch => epoch.Seen.Count));
        foreach (var (_, sighting) in epochs.SelectMany(epoch => epoch.Seen))
        {
            if (places.TryAdd(Key(sighting), new Places()))
            {
                _read.Add(sighting.Code, sighting.Kind, sighting.Round);
            }
        }

        foreach (var (key, where) in _read.Query(row => ((row.Text(0), (byte)row.Number(1), (int)row.Number(2)), (row.Number(3), (uint)row.Number(4), (uint)row.Number(5)))))
        {
            places[key].WasSeen(where);
        }

        return places;
    }

    private void Write(string code, byte kind, int round, Places places)
    {
        foreach (var (node, epoch, sequence) in places.Now)
        {
            if (!places.Before.Contains((node, epoch, sequence)))
            {
                _insert.Add(code, kind, round, node, epoch, sequence);
            }
        }

        foreach (var (node, epoch, sequence) in places.Before)
        {
            if (!places.Now.Contains((node, epoch, sequence)))
            {
                _delete.Add(code, kind, round, node, epoch, sequence);
            }
        }

        if (IsOnce(kind) && places.Before.Count > 1 != places.Now.Count > 1)
        {
            (places.Now.Count > 1 ? _insertDouble : _deleteDouble).Add(code, kind, round);
        }

        if (kind == RecordType.PersonSampled && places.Before.Count > 0 != places.Now.Count > 0)
        {
            _rosters.Note(round, code, came: places.Now.Count > 0);
        }
    }

    /// <summary>The records that say that a code was seen, in the order of their identities. Nearly always one: no list is made for none.</summary>
    private sealed class Places
    {
        private static readonly List<(long Node, uint Epoch, uint Sequence)> s_none = [];

        public List<(long Node, uint Epoch, uint Sequence)> Before { get; private set; } = s_none;

        public List<(long Node, uint Epoch, uint Sequence)> Now { get; } = new(1);

        public void WasSeen((long Node, uint Epoch, uint Sequence) where)
        {
            Before = ReferenceEquals(Before, s_none) ? [] : Before;
            Before.Add(where);
            Put(where);
        }

        public ulong? Do(SeenAct act, (long Node, uint Epoch, uint Sequence) where)
        {
            var isNews = act switch
            {
                SeenAct.Add => Put(where),
                SeenAct.Remove => Now.Remove(where),
                _ => true,
            };
            if (!isNews || act == SeenAct.Remove)
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

        private bool Put((long Node, uint Epoch, uint Sequence) where)
        {
            var at = Now.BinarySearch(where);
            if (at >= 0)
            {
                return false;
            }

            Now.Insert(~at, where);
            return true;
        }
    }
}
