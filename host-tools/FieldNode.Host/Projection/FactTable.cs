using System.Text.Json;
using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Projection;

/// <summary>Kinds of facts; the number is stored.</summary>
internal static class FactKind
{
    public const int Now = 1;
    public const int Bag = 2;
    public const int Place = 3;
    public const int TurnedAway = 4;
    public const int Training = 5;
}

/// <summary>What an epoch's records mean beside people, a row each: only those that changed are written.</summary>
internal sealed class FactTable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _drop;

    public FactTable(SqliteConnection connection, List<SqliteCommand> owned)
    {
        _connection = connection;
        _put = Sql.Prepare(connection, owned, "INSERT INTO facts VALUES ($node, $epoch, $kind, $sequence, $json) ON CONFLICT DO UPDATE SET json = $json", "$node", "$epoch", "$kind", "$sequence", "$json");
        _drop = Sql.Prepare(connection, owned, "DELETE FROM facts WHERE node = $node AND epoch = $epoch AND kind = $kind AND sequence = $sequence", "$node", "$epoch", "$kind", "$sequence");
    }

    /// <summary>All facts of one kind, with the epoch each is of.</summary>
    public static List<(ulong Node, uint Epoch, T Fact)> All<T>(SqliteConnection connection, int kind)
    {
        return Sql.Query(connection, "SELECT node, epoch, json FROM facts WHERE kind = $kind ORDER BY node, epoch, sequence", reader => ((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1), JsonSerializer.Deserialize<T>(reader.GetString(2))!), ("$kind", kind));
    }

    /// <summary>An epoch's facts of one kind, in the order of their records.</summary>
    public static List<T> Of<T>(SqliteConnection connection, ulong node, uint epoch, int kind)
    {
        return Sql.Query(connection, "SELECT json FROM facts WHERE node = $node AND epoch = $epoch AND kind = $kind ORDER BY sequence", reader => JsonSerializer.Deserialize<T>(reader.GetString(0))!, ("$node", (long)node), ("$epoch", (long)epoch), ("$kind", kind));
    }

    public Dictionary<(int Kind, uint Sequence), string> Read(ulong node, uint epoch)
    {
        return Sql.Query(_connection, "SELECT kind, sequence, json FROM facts WHERE node = $node AND epoch = $epoch", reader => (Key: (reader.GetInt32(0), (uint)reader.GetInt64(1)), Json: reader.GetString(2)), ("$node", (long)node), ("$epoch", (long)epoch))
            .ToDictionary(fact => fact.Key, fact => fact.Json);
    }

    /// <summary>Writes what differs from <paramref name="before"/>; returns what is there now.</summary>
    public Dictionary<(int Kind, uint Sequence), string> Write(ulong node, uint epoch, Dictionary<(int Kind, uint Sequence), string> before, EpochDay day)
    {
        var facts = Of(day);
        foreach (var (key, json) in facts.Where(fact => !before.TryGetValue(fact.Key, out var old) || old != fact.Value))
        {
            Sql.Run(_put, (long)node, (long)epoch, key.Kind, (long)key.Sequence, json);
        }

        foreach (var key in before.Keys.Where(key => !facts.ContainsKey(key)))
        {
            Sql.Run(_drop, (long)node, (long)epoch, key.Kind, (long)key.Sequence);
        }

        return facts;
    }

    private static Dictionary<(int Kind, uint Sequence), string> Of(EpochDay day)
    {
        var facts = new Dictionary<(int, uint), string> { [(FactKind.Now, 0)] = JsonSerializer.Serialize(day.Now) };
        foreach (var bag in day.Bags)
        {
            facts[(FactKind.Bag, bag.Sequence)] = JsonSerializer.Serialize(bag);
        }

        foreach (var place in day.Places)
        {
            facts[(FactKind.Place, place.Sequence)] = JsonSerializer.Serialize(place);
        }

        foreach (var row in day.TurnedAway)
        {
            facts[(FactKind.TurnedAway, row.Sequence)] = JsonSerializer.Serialize(row);
        }

        for (var i = 0; i < day.Training.Count; i++)
        {
            facts[(FactKind.Training, (uint)i)] = JsonSerializer.Serialize(day.Training[i]);
        }

        return facts;
    }
}
