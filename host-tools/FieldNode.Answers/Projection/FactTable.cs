using FieldNode.Answers.Facts;
using FieldNode.Log.Database;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>Kinds of facts; the number is stored.</summary>
internal static class FactKind
{
    public const int Now = 1;
    public const int Bag = 2;
    public const int Place = 3;
    public const int TurnedAway = 4;
    public const int Training = 5;
}

/// <summary>Serializes the stored facts with source-generated code, because each batch writes the facts of its lane.</summary>
[JsonSerializable(typeof(LaneNow))]
[JsonSerializable(typeof(BagRow))]
[JsonSerializable(typeof(PlaceRow))]
[JsonSerializable(typeof(TurnedAwayRow))]
[JsonSerializable(typeof(TrainingRow))]
internal sealed partial class FactJson : JsonSerializerContext;

/// <summary>An epoch's facts other than people, one row each. Only changed rows are written.</summary>
internal sealed class FactTable
{
    private readonly Rows _read;
    private readonly Rows _put;
    private readonly Rows _drop;

    public FactTable(Statements statements)
    {
        _read = Rows.Find(statements, "facts", "node, epoch, kind, sequence, json", "node, epoch");
        _put = Rows.Put(statements, "facts", "node, epoch, kind, sequence", "json text");
        _drop = Rows.Delete(statements, "facts", "node, epoch, kind, sequence");
    }

    /// <summary>All facts of one kind, with their epochs.</summary>
    public static List<(ulong Node, uint Epoch, T Fact)> All<T>(DbConnection connection, int kind)
    {
        return Sql.Query(connection, "SELECT node, epoch, json FROM facts WHERE kind = @kind ORDER BY node, epoch, sequence",
            reader => ((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1), JsonSerializer.Deserialize<T>(reader.GetString(2))!),
            new { kind });
    }

    /// <summary>An epoch's facts of one kind, in the order of their records.</summary>
    public static List<T> Read<T>(DbConnection connection, ulong node, uint epoch, int kind)
    {
        return Sql.Query(connection, "SELECT json FROM facts WHERE node = @node AND epoch = @epoch AND kind = @kind ORDER BY sequence",
            reader => JsonSerializer.Deserialize<T>(reader.GetString(0))!, new { node = (long)node, epoch = (long)epoch, kind });
    }

    /// <summary>Reads all facts of the given epochs.</summary>
    public Dictionary<(ulong Node, uint Epoch), Dictionary<(int Kind, uint Sequence), string>> Read(
        IEnumerable<(ulong Node, uint Epoch)> epochs)
    {
        foreach (var (node, epoch) in epochs)
        {
            _read.Add((long)node, epoch);
        }

        return _read.Query(row => (Epoch: ((ulong)row.Number(0), (uint)row.Number(1)), Key: ((int)row.Number(2), (uint)row.Number(3)),
            Json: row.Text(4)))
            .GroupBy(fact => fact.Epoch).ToDictionary(group => group.Key, group => group.ToDictionary(fact => fact.Key, fact => fact.Json));
    }

    /// <summary>Notes the differences from <paramref name="before"/>, to be written. Returns the current facts.</summary>
    public Dictionary<(int Kind, uint Sequence), string> Change(ulong node, uint epoch,
        Dictionary<(int Kind, uint Sequence), string> before, EpochDay day)
    {
        var facts = Facts(day);
        foreach (var (key, json) in facts.Where(fact => !before.TryGetValue(fact.Key, out var old) || old != fact.Value))
        {
            _put.Add((long)node, epoch, key.Kind, key.Sequence, json);
        }

        foreach (var key in before.Keys.Where(key => !facts.ContainsKey(key)))
        {
            _drop.Add((long)node, epoch, key.Kind, key.Sequence);
        }

        return facts;
    }

    /// <summary>Writes the changes.</summary>
    public void Write()
    {
        _drop.Post();
        _put.Post();
    }

    private static Dictionary<(int Kind, uint Sequence), string> Facts(EpochDay day)
    {
        var facts = new Dictionary<(int, uint), string>
        {
            [(FactKind.Now, 0)] = JsonSerializer.Serialize(day.Now, FactJson.Default.LaneNow),
        };
        foreach (var bag in day.Bags)
        {
            facts[(FactKind.Bag, bag.Sequence)] = JsonSerializer.Serialize(bag, FactJson.Default.BagRow);
        }

        foreach (var place in day.Places)
        {
            facts[(FactKind.Place, place.Sequence)] = JsonSerializer.Serialize(place, FactJson.Default.PlaceRow);
        }

        foreach (var row in day.TurnedAway)
        {
            facts[(FactKind.TurnedAway, row.Sequence)] = JsonSerializer.Serialize(row, FactJson.Default.TurnedAwayRow);
        }

        for (var i = 0; i < day.Training.Count; i++)
        {
            facts[(FactKind.Training, (uint)i)] = JsonSerializer.Serialize(day.Training[i], FactJson.Default.TrainingRow);
        }

        return facts;
    }
}
