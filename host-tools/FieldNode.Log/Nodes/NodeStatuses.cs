using FieldNode.Log.Database;
using FieldNode.Log.Store;
using System.Text.Json;

namespace FieldNode.Log.Nodes;

/// <summary>The last status that a node reported (docs/protocol.md, "Status").</summary>
public sealed record StatusReport(ulong Node, uint Boot, uint Ticks, DateTimeOffset ReceivedAt, string Json)
{
    /// <summary>Members with the state of a part, if present.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["Flash", "Scanner", "Panel", "Wifi", "Clock", "Battery"];

    /// <summary>The parts that need attention, as "scanner failed"; empty if there are none.</summary>
    public IReadOnlyList<string> Troubles()
    {
        using var document = JsonDocument.Parse(Json);
        return [.. Parts.Select(part => (part, state: Text(document.RootElement, part)))
            .Where(entry => entry.state is "failed" or "wrong-password" or "low")
            .Select(entry => $"{entry.part.ToLowerInvariant()} {entry.state}")];
    }

    /// <summary>An integer member; null if absent.</summary>
    public long? Number(string name)
    {
        using var document = JsonDocument.Parse(Json);
        return document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number) ? number : null;
    }

    /// <summary>A text member; empty if absent.</summary>
    public string Text(string name)
    {
        using var document = JsonDocument.Parse(Json);
        return Text(document.RootElement, name);
    }

    private static string Text(JsonElement element, string name)
    {
        return element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
    }
}

/// <summary>Stores the newest status of each node.</summary>
public sealed class NodeStatuses(HostStore store)
{
    // A request times out after 20 s: a status that arrives later than this is not late, but from a node whose log or clock restarted.
    private const int LateMsMax = 120_000;

    /// <summary>Stores a status unless a newer one is stored: statuses can arrive late.</summary>
    public void Put(StatusReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection); // so that pages are notified
            Sql.Execute(connection, """
                INSERT INTO statuses (node, boot, ticks, received_ms, json) VALUES (@node, @boot, @ticks, @received, @json)
                ON CONFLICT (node) DO UPDATE SET boot = excluded.boot, ticks = excluded.ticks, received_ms = excluded.received_ms, json =
                    excluded.json
                WHERE (excluded.boot, excluded.ticks) > (statuses.boot, statuses.ticks) OR excluded.received_ms - statuses.received_ms >
                    @late
                """, new
            {
                node = (long)report.Node,
                boot = report.Boot,
                ticks = report.Ticks,
                received = report.ReceivedAt.ToUnixTimeMilliseconds(),
                json = report.Json,
                late = LateMsMax
            });
            transaction.Commit();
        });
    }

    /// <summary>All statuses, by node.</summary>
    public IReadOnlyDictionary<ulong, StatusReport> All()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Sql.Query(connection, "SELECT node, boot, ticks, received_ms, json FROM statuses", reader =>
                new StatusReport((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1), (uint)reader.GetInt64(2),
                    DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)), reader.GetString(4))).ToDictionary(report => report.Node);
        });
    }
}
