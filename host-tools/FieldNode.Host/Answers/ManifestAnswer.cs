using FieldNode.Host.Projection;
using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Answers;

/// <summary>A bag on its way to the laboratory, for whoever hands it over and whoever receives it.</summary>
/// <param name="State">"open", "sealed" or "handed-over".</param>
/// <param name="OldestMinutes">How long ago the oldest of its tubes was opened, at the handover or else now; null: not known.</param>
public sealed record Manifest(string Bag, int Round, string Site, string Lane, string State, int Tubes, int People, string Giver, string Receiver, ResolvedTime HandedOver, int? OldestMinutes, BagRow Row)
{
    /// <summary>A tube is to reach the laboratory within four hours at room temperature (field-facts, Data facts).</summary>
    public const int MinutesMax = 240;

    public bool IsLate => OldestMinutes > MinutesMax;
}

/// <summary>The bags of the merged log.</summary>
public static class ManifestAnswer
{
    /// <summary>Those that were not handed over first, the oldest first.</summary>
    public static IReadOnlyList<Manifest> Of(HostStore store, DateTimeOffset now, string? bag = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            var lanes = FactTable.All<LaneNow>(connection, FactKind.Now).ToDictionary(fact => (fact.Node, fact.Epoch), fact => fact.Fact);
            return Bags(connection, bag).Select(fact => ManifestOf(fact.Fact, lanes.GetValueOrDefault((fact.Node, fact.Epoch)) ?? new LaneNow(), now))
                .OrderBy(manifest => manifest.State == "handed-over").ThenByDescending(manifest => manifest.OldestMinutes ?? 0).ThenBy(manifest => manifest.Bag, StringComparer.Ordinal).ToList();
        });
    }

    private static List<(ulong Node, uint Epoch, BagRow Fact)> Bags(SqliteConnection connection, string? bag)
    {
        return bag is null
            ? FactTable.All<BagRow>(connection, FactKind.Bag)
            : [.. SeenRecords.Of(connection, bag).Where(record => record.Kind == Protocol.RecordType.BagOpened)
                .SelectMany(record => FactTable.Of<BagRow>(connection, record.Id.Node, record.Id.Epoch, FactKind.Bag).Where(row => row.Sequence == record.Id.Sequence).Select(row => (record.Id.Node, record.Id.Epoch, row)))];
    }

    private static Manifest ManifestOf(BagRow bag, LaneNow lane, DateTimeOffset now)
    {
        var state = bag.Receiver.Length > 0 ? "handed-over" : bag.IsSealed ? "sealed" : "open";
        int? minutes = bag.OldestTube.At is { } opened && (state != "handed-over" || bag.HandedOver.At is not null) ? (int)((bag.HandedOver.At ?? now) - opened).TotalMinutes : null;
        return new Manifest(bag.Code, bag.Round, lane.Site, lane.Lane, state, bag.Tubes.Count, bag.Tubes.Sum(tube => Math.Max(0, tube.People)), bag.Giver, bag.Receiver, bag.HandedOver, minutes, bag);
    }
}
