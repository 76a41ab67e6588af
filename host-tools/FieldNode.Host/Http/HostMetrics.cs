using FieldNode.Log.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace FieldNode.Host.Http;

/// <summary><c>GET /metrics</c> in Prometheus text format: counts only, no codes or names of people.</summary>
public sealed class HostMetrics
{
    public const string Path = "/metrics";

    private static readonly HashSet<string> s_paths = [BatchEndpoint.Path, ClaimEndpoint.Path, ClaimEndpoint.RejoinPath,
        StatusEndpoint.Path, RosterEndpoint.Path, LogEndpoint.Path];

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly Counter _requests;

    public HostMetrics(HostStore store, LiveStore live, ConnectionLimit connections, RequestLimit requests)
    {
        var metrics = Metrics.WithCustomRegistry(_registry);
        _requests = metrics.CreateCounter("fieldnode_requests_total", "Requests of nodes and hosts, by path and status.",
            new CounterConfiguration { LabelNames = ["path", "status"] });
        var refused = metrics.CreateCounter("fieldnode_connections_refused_total",
            "Connections that were closed because too many were open.");
        var unread = metrics.CreateCounter("fieldnode_requests_unread_total",
            "Requests and connections refused unread because their address or node exceeded its limit.");
        var nodes = metrics.CreateGauge("fieldnode_nodes", "Nodes by site and whether they are in place.",
            new GaugeConfiguration { LabelNames = ["site", "state"] });
        var people = metrics.CreateGauge("fieldnode_people", "People sampled, by site and round.",
            new GaugeConfiguration { LabelNames = ["site", "round"] });
        var records = metrics.CreateGauge("fieldnode_records", "Records in the store.");
        var gaps = metrics.CreateGauge("fieldnode_gaps", "Places where records are missing.");
        var conflicts = metrics.CreateGauge("fieldnode_conflicts", "Records stored in several versions.");
        var bytes = metrics.CreateGauge("fieldnode_store_bytes", "Size of the database.");
        var looked = new CachedForASecond<int>(Look, TimeProvider.System); // anonymous, and its cost grows with the number of nodes
        _registry.AddBeforeCollectCallback(() => _ = looked.Value);

        int Look()
        {
            var fleet = live.Fleet();
            nodes.GetAllLabelValues().ToList().ForEach(labels => nodes.RemoveLabelled(labels)); // drop labels that no longer exist
            people.GetAllLabelValues().ToList().ForEach(labels => people.RemoveLabelled(labels));
            foreach (var group in fleet.Nodes.GroupBy(node => (node.Site, node.IsInPlace)))
            {
                nodes.WithLabels(group.Key.Site, group.Key.IsInPlace ? "in-place" : "not-in-place").Set(group.Count());
            }

            foreach (var group in fleet.Tallies.GroupBy(tally => (tally.Site, tally.Round)))
            {
                people.WithLabels(group.Key.Site, $"{group.Key.Round}").Set(group.Sum(tally => tally.People));
            }

            records.Set(fleet.Nodes.Sum(node => node.Records));
            gaps.Set(fleet.Nodes.Sum(node => node.Gaps));
            conflicts.Set(fleet.Nodes.Sum(node => node.Conflicts));
            refused.IncTo(connections.Refused);
            unread.IncTo(requests.Refused);
            bytes.Set(store.Bytes);
            return fleet.Nodes.Count;
        }
    }

    public IEndpointConventionBuilder Map(WebApplication application)
    {
        return application.MapMetrics(Path, _registry);
    }

    /// <summary>Counts a request after its response. Unknown paths share one label, so that a stranger cannot fill the memory with
    /// labels.</summary>
    public async Task Count(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        await next(context);
        var path = context.Request.Path.Value ?? "";
        _requests.WithLabels(s_paths.Contains(path) ? path : "other", $"{context.Response.StatusCode}").Inc();
    }
}
