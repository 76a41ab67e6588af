using FieldNode.Log.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace FieldNode.Host.Http;

/// <summary><c>GET /metrics</c> in Prometheus' text form: counts only, no codes and no names of people.</summary>
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
            "Requests and connections that were turned away unread, because too many of their address or node came.");
        var nodes = metrics.CreateGauge("fieldnode_nodes", "Nodes by site and whether they are in place.",
            new GaugeConfiguration { LabelNames = ["site", "state"] });
        var people = metrics.CreateGauge("fieldnode_people", "People sampled, by site and round.",
            new GaugeConfiguration { LabelNames = ["site", "round"] });
        var records = metrics.CreateGauge("fieldnode_records", "Records in the store.");
        var gaps = metrics.CreateGauge("fieldnode_gaps", "Places where records are missing.");
        var conflicts = metrics.CreateGauge("fieldnode_conflicts", "Records of which several versions are here.");
        var bytes = metrics.CreateGauge("fieldnode_store_bytes", "Size of the database.");
        var looked = new OnceASecond<int>(Look, TimeProvider.System); // anybody may ask, and looking costs with the number of nodes
        _registry.AddBeforeCollectCallback(() => _ = looked.Value);

        int Look()
        {
            var fleet = live.Fleet();
            nodes.GetAllLabelValues().ToList().ForEach(labels => nodes.RemoveLabelled(labels)); // what is gone must not stay
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

    /// <summary>Counts a request when it was answered; paths that are not ours are one: a stranger must not fill the memory.</summary>
    public async Task Count(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        await next(context);
        var path = context.Request.Path.Value ?? "";
        _requests.WithLabels(s_paths.Contains(path) ? path : "other", $"{context.Response.StatusCode}").Inc();
    }
}
