using FieldNode.Answers.Facts;
using FieldNode.Answers.Projection;
using FieldNode.Log.Database;
using FieldNode.Log.Store;
using System.Text.Json;
using System.Data.Common;

namespace FieldNode.Answers;

/// <summary>A bag on its way to the laboratory, for those who hand it over and receive it.</summary>
/// <param name="State">"open", "sealed" or "handed-over".</param>
/// <param name="OldestMinutes">Minutes since its oldest tube was opened, until the handover or else until now; null if unknown.</param>
public sealed record Manifest(string Bag, int Round, string Site, string Lane, string State, int Tubes, int People, string Giver,
    string Receiver, ResolvedTime HandedOver, int? OldestMinutes, BagRow Row)
{
    /// <summary>A tube must reach the laboratory within four hours at room temperature (docs/field-facts.md, "Codes").</summary>
    public const int MinutesMax = 240;

    public bool IsLate => OldestMinutes > MinutesMax;
}

/// <summary>Lists the bags of the merged log.</summary>
public static class ManifestAnswer
{
    // Must match the partial index bags_here, so that the database uses it.
    private const string IsHere = "json LIKE '%\"Receiver\":\"\"%'";

    /// <summary>Bags not handed over come first, and within each group the oldest first.</summary>
    /// <param name="bag">Null for all bags.</param>
    /// <param name="limit">Maximum number of bags.</param>
    public static IReadOnlyList<Manifest> Compute(HostStore store, Fleet fleet, DateTimeOffset now, string? bag = null,
        int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(fleet);
        var nodes = fleet.Nodes.ToDictionary(node => node.Node.Id);
        return store.Read(connection =>
        {
            return Bags(connection, bag, limit).Select(fact => ManifestOf(fact.Bag, nodes.GetValueOrDefault(fact.Node), now))
                .OrderBy(manifest => manifest.State == "handed-over").ThenByDescending(manifest => manifest.OldestMinutes ?? 0)
                    .ThenBy(manifest => manifest.Bag, StringComparer.Ordinal).ToList();
        });
    }

    /// <summary>Number of bags not handed over yet.</summary>
    public static int CountHere(HostStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Read(connection =>
        {
            return (int)Sql.Scalar(connection, $"SELECT count(*) FROM facts WHERE kind = 2 AND {IsHere}");
        });
    }

    private static List<(ulong Node, BagRow Bag)> Bags(DbConnection connection, string? bag, int limit)
    {
        if (bag is not null)
        {
            return [.. SeenRecords.FindTyped(connection, bag).Records.Where(record => record.Kind == Protocol.RecordType.BagOpened)
                .SelectMany(record => FactTable.Read<BagRow>(connection, record.Id.Node, record.Id.Epoch, FactKind.Bag)
                    .Where(row => row.Sequence == record.Id.Sequence).Select(row => (record.Id.Node, row)))];
        }

        var here = Read(connection, IsHere, limit);
        return limit > here.Count ? [.. here, .. Read(connection, $"NOT ({IsHere})", limit - here.Count)] : here;
    }

    private static List<(ulong, BagRow)> Read(DbConnection connection, string which, int limit)
    {
        return Sql.Query(connection, $"SELECT node, json FROM facts WHERE kind = 2 AND {which} LIMIT @limit",
            reader => ((ulong)reader.GetInt64(0), JsonSerializer.Deserialize<BagRow>(reader.GetString(1))!), new { limit });
    }

    private static Manifest ManifestOf(BagRow bag, FleetNode? lane, DateTimeOffset now)
    {
        var state = bag.Receiver.Length > 0 ? "handed-over" : bag.IsSealed ? "sealed" : "open";
        int? minutes = bag.OldestTube.At is { } opened && (state != "handed-over" || bag.HandedOver.At is not null)
            ? (int)((bag.HandedOver.At ?? now) - opened).TotalMinutes : null;
        return new Manifest(bag.Code, bag.Round, lane?.Site ?? "", lane?.Lane ?? "", state, bag.Tubes.Count,
            bag.Tubes.Sum(tube => Math.Max(0, tube.People)), bag.Giver, bag.Receiver, bag.HandedOver, minutes, bag);
    }
}
