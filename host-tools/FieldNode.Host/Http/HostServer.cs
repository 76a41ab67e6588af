using FieldNode.Host.Merge;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace FieldNode.Host.Http;

/// <summary>The HTTP side of a host: Kestrel with tight limits over one store.</summary>
public sealed class HostServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly MergeQueue _queue;
    private readonly LiveStore _live;

    private HostServer(WebApplication application, MergeQueue queue, LiveStore live)
    {
        _application = application;
        _queue = queue;
        _live = live;
    }

    /// <summary>The addresses it listens on, once started.</summary>
    public ICollection<string> Urls => _application.Urls;

    /// <summary>Starts serving a store.</summary>
    /// <param name="logging">Where it reports what it refused and what failed; null: nowhere.</param>
    /// <param name="access">Opens the page and the log to people and other hosts.</param>
    /// <exception cref="HostFault">An address is no address or cannot be listened on.</exception>
    public static async Task<HostServer> Start(HostStore store, string urls, TimeProvider time, AccessKey access, Action<ILoggingBuilder>? logging = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        CheckUrls(urls);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        logging?.Invoke(builder.Logging);
        builder.WebHost.UseUrls(urls);
        var connections = new ConnectionLimit();
        builder.WebHost.ConfigureKestrel(options => Limit(options, connections));
        var application = builder.Build();
        var queue = new MergeQueue(store, time);
        var nodes = new NodeRegistry(store, time);
        var rosters = new RosterEndpoint(store, nodes, new Rosters(store), time);
        var batches = new BatchEndpoint(store, nodes, queue, time, rosters.NumberOf);
        application.MapPost(BatchEndpoint.Path, batches.Handle);
        application.MapPost(ClaimEndpoint.Path, new ClaimEndpoint(store, nodes, traded: batches.Forget).Handle);
        application.MapPost(RosterEndpoint.Path, rosters.Handle);
        application.MapPost(StatusEndpoint.Path, new StatusEndpoint(nodes, new NodeStatuses(store), time).Handle);
        application.MapGet("/-/healthy", () => Results.Text("healthy\n"));
        application.MapGet("/-/ready", () => Ready(store));
        var live = new LiveStore(store, time);
        var metrics = new HostMetrics(store, live, connections);
        application.Use(next => context => metrics.Count(context, next));
        var refusals = new RefusalLog(application.Logger, time);
        application.Use(next => context => refusals.Report(context, next));
        metrics.Map(application);
        MapPeople(application, store, live, time, access);
        application.MapFallback(context => Problem.NotFound(
            $"{context.Request.Method} {context.Request.Path} is not served: POST {BatchEndpoint.Path}, {ClaimEndpoint.Path}, {StatusEndpoint.Path}, {RosterEndpoint.Path}, GET /, /board, {LogEndpoint.Path}, /-/healthy").Write(context));
        try
        {
            await application.StartAsync();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or FormatException or System.Net.Sockets.SocketException)
        {
            await live.DisposeAsync();
            await queue.DisposeAsync();
            throw new HostFault("cannot-listen", ExitCode.Failed,
                $"cannot listen on {urls} ({e.Message}): is another server running there? Choose another port, for example --urls http://0.0.0.0:8081",
                $"无法监听 {urls}（{e.Message}）：该端口是否已被占用？请换端口，例如 --urls http://0.0.0.0:8081");
        }

        return new HostServer(application, queue, live);
    }

    public async ValueTask DisposeAsync()
    {
        await _live.DisposeAsync(); // open pages would hold the stop up
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _queue.DisposeAsync();
    }

    // What people and other hosts may read needs the access key; the page's own files do not.
    private static void MapPeople(WebApplication application, HostStore store, LiveStore live, TimeProvider time, AccessKey access, Action<ILoggingBuilder>? logging = null)
    {
        application.UseWhen(context => PageAssets.IsPage(context.Request.Path) || context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments(LogEndpoint.Path), branch => branch.Use(next => context => access.Check(context, next)));
        PageAssets.Map(application);
        new PageApi(store, live, time).Map(application);
        var log = new LogEndpoint(store);
        application.MapGet(LogEndpoint.Path, log.Batches);
        application.MapGet(LogEndpoint.Path + "/nodes", log.Nodes);
        application.MapGet(LogEndpoint.Path + "/keys", log.Keys);
        application.MapGet(LogEndpoint.Path + "/rosters", log.RosterList);
        application.MapGet(LogEndpoint.Path + "/roster", (string site) => log.Roster(site)); // a site's name may hold a slash
    }

    // Ready to acknowledge: the store answers and takes a write lock.
    private static IResult Ready(HostStore store)
    {
        try
        {
            store.Guard(() =>
            {
                using var connection = store.Connect();
                using var transaction = connection.BeginTransaction(deferred: false);
                transaction.Rollback();
            });
            return Results.Text("ready\n");
        }
        catch (HostFault fault)
        {
            return Problem.Busy(fault.English).Result();
        }
    }

    private static void CheckUrls(string urls)
    {
        foreach (var url in urls.Split(';'))
        {
            // Kestrel's wildcards http://*:8080 and http://+:8080 are no URIs.
            if (!Uri.TryCreate(url.Trim().Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
            {
                throw new HostFault("bad-url", ExitCode.Usage,
                    $"--urls '{url}' is no address to listen on: give for example http://0.0.0.0:8080",
                    $"--urls '{url}' 不是监听地址：例如 http://0.0.0.0:8080");
            }
        }
    }

    // Tighter than Kestrel by itself, which holds a body that drips at 300 B/s for 38 s.
    private static void Limit(KestrelServerOptions options, ConnectionLimit connections)
    {
        options.ConfigureEndpointDefaults(endpoint => endpoint.Use(connections.Use));
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = 2 * Batch.BytesMax;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        options.Limits.MaxRequestHeadersTotalSize = 8 * 1024;
        options.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 500, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
