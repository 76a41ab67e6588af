using FieldNode.Host.Store;
using FieldNode.Protocol;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Projection;

/// <summary>Where a code was seen: the record, and the kind of its type.</summary>
internal readonly record struct Sighting(byte Kind, string Code, int Round, ulong Node, uint Epoch, uint Sequence);

/// <summary>
/// Who, and which tube, bag and place was seen where: the index from codes to records, and what follows from a code's first and second
/// sighting in a round: coverage of the rosters, people on no roster, codes that were seen twice.
/// </summary>
internal sealed class SeenIndex
{
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _others;
    private readonly SqliteCommand _insertDouble;
    private readonly SqliteCommand _deleteDouble;
    private readonly RosterIndex _rosters;

    public SeenIndex(SqliteConnection connection, List<SqliteCommand> owned)
    {
        string[] key = ["$code", "$kind", "$round", "$node", "$epoch", "$sequence"];
        _insert = Sql.Prepare(connection, owned, "INSERT INTO seen VALUES ($code, $kind, $round, $node, $epoch, $sequence) ON CONFLICT DO NOTHING", key);
        _delete = Sql.Prepare(connection, owned, "DELETE FROM seen WHERE code = $code AND kind = $kind AND round = $round AND node = $node AND epoch = $epoch AND sequence = $sequence", key);
        _others = Sql.Prepare(connection, owned, """
            SELECT node FROM seen WHERE code = $code AND kind = $kind AND round = $round AND NOT (node = $node AND epoch = $epoch AND sequence = $sequence)
            ORDER BY node, epoch, sequence LIMIT 2
            """, key);
        _insertDouble = Sql.Prepare(connection, owned, "INSERT INTO doubles VALUES ($kind, $round, $code) ON CONFLICT DO NOTHING", "$kind", "$round", "$code");
        _deleteDouble = Sql.Prepare(connection, owned, "DELETE FROM doubles WHERE kind = $kind AND round = $round AND code = $code", "$kind", "$round", "$code");
        _rosters = new RosterIndex(connection, owned);
    }

    /// <summary>Adds a sighting; the node of another one of the same code, kind and round, when this one is new and there is one.</summary>
    public ulong? Add(Sighting sighting)
    {
        if (Sql.Run(_insert, Key(sighting)) == 0)
        {
            return null;
        }

        var others = Others(sighting);
        if (others.Count > 0 && IsOnce(sighting.Kind))
        {
            Sql.Run(_insertDouble, (int)sighting.Kind, sighting.Round, sighting.Code);
        }

        if (others.Count == 0 && sighting.Kind == RecordType.PersonSampled)
        {
            _rosters.Came(sighting.Round, sighting.Code);
        }

        return others.Count > 0 ? others[0] : null;
    }

    /// <summary>The node of another sighting of the same code, kind and round.</summary>
    public ulong? FindOther(Sighting sighting)
    {
        return Others(sighting) is [var other, ..] ? other : null;
    }

    /// <summary>Takes a sighting away, if it is there.</summary>
    public void Remove(Sighting sighting)
    {
        if (Sql.Run(_delete, Key(sighting)) == 0)
        {
            return;
        }

        var others = Others(sighting);
        if (others.Count == 1 && IsOnce(sighting.Kind))
        {
            Sql.Run(_deleteDouble, (int)sighting.Kind, sighting.Round, sighting.Code);
        }

        if (others.Count == 0 && sighting.Kind == RecordType.PersonSampled)
        {
            _rosters.Went(sighting.Round, sighting.Code);
        }
    }

    // A household is visited again, and a fever measured again; a person, a tube, a bag come once a round.
    private static bool IsOnce(byte kind) => kind is RecordType.PersonSampled or RecordType.TubeOpened or RecordType.TubePacked or RecordType.BagOpened;

    private static object[] Key(Sighting sighting) => [sighting.Code, (int)sighting.Kind, sighting.Round, (long)sighting.Node, (long)sighting.Epoch, (long)sighting.Sequence];

    private List<ulong> Others(Sighting sighting)
    {
        Sql.Bind(_others, Key(sighting));
        using var reader = _others.ExecuteReader();
        var others = new List<ulong>();
        while (reader.Read())
        {
            others.Add((ulong)reader.GetInt64(0));
        }

        return others;
    }
}
