using FieldNode.Answers.Roster;
using FieldNode.Host.Access;
using FieldNode.Host.Web;
using FieldNode.Log;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace FieldNode.Host.Http;

/// <summary>The HTTP server of a host: Kestrel with tight limits, serving one store.</summary>
public sealed class HostServer : IAsyncDisposable
{
    private const int RequestBufferBytes = 64 * 1024;

    private readonly WebApplication _application;
    private readonly MergeQueue _queue;
    private readonly LiveStore _live;
    private readonly IReadOnlyList<IDisposable> _others;

    private HostServer(WebApplication application, MergeQueue queue, LiveStore live, BrowserAuthority trust,
        IReadOnlyList<IDisposable> others)
    {
        _application = application;
        _queue = queue;
        _live = live;
        Trust = trust;
        _others = others;
    }

    /// <summary>The authority certificate that browsers and other hosts trust.</summary>
    public BrowserAuthority Trust { get; }

    /// <summary>The addresses it listens on, once started.</summary>
    public ICollection<string> Urls => _application.Urls;

    /// <summary>Starts serving a store.</summary>
    /// <param name="urls">Addresses to listen on, separated by ";".</param>
    /// <param name="access">The key with which other hosts read the log.</param>
    /// <exception cref="HostFault">An address is invalid or cannot be listened on.</exception>
    public static async Task<HostServer> Start(HostStore store, string urls, TimeProvider time, AccessKey access,
        HostSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        settings ??= new HostSettings();
        var addresses = ListenAddress.Parse(urls);
        var authority = SiteAuthority.LoadOrCreate(store);
        var trust = BrowserAuthority.LoadOrCreate(authority, [.. settings.Names, .. ServerCertificates.LastingNames()],
            settings.TrustDirectory,
            time.GetUtcNow());
        var certificates = new ServerCertificates(authority, trust, settings.Names, time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        settings.Logging?.Invoke(builder.Logging);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical); // it logs connections without a limit
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // a failed start is reported below, without a stack trace
        var connections = new ConnectionLimit();
        var requests = settings.Requests ?? new RequestLimit();
        builder.WebHost.ConfigureKestrel(options => Listen(options, addresses, endpoint => endpoint.Use(connections.Use).Use(requests.Use),
            certificates));
        var accounts = new Accounts(store, time);
        Gate.AddTo(builder.Services, accounts, access);
        var application = builder.Build();
        var queue = new MergeQueue(store, time);
        var live = new LiveStore(store, time);
        var metrics = new HostMetrics(store, live, connections, requests);
        var refusals = new RefusalLog(application.Logger, time);
        application.Use(next => context => metrics.Count(context, next));
        application.Use(next => context => refusals.Report(context, next));
        application.Use(next => context => requests.Check(context, next));
        application.Use(next => context => BrowserGuard.Harden(context, next));
        application.Use(next => context => PlainHttpOnTlsPort.Check(context, next));
        application.Use(next => context => BrowserGuard.RefuseForeign(context, next));
        application.Use(next => context => HandleExceptions(context, next, refusals));
        application.UseAuthentication();
        application.UseAuthorization();
        MapNodes(application, store, queue, time, requests, new DiskReserve(store, settings.ReserveBytes, time, settings.FreeBytes));
        metrics.Map(application).AllowAnonymous();
        var signIn = new SignIn(accounts);
        signIn.Map(application);
        var page = new PageApi(store, live, time);
        MapPeople(application, store, page, trust);
        var server = new HostServer(application, queue, live, trust, [signIn, page, requests, certificates]);
        try
        {
            await application.StartAsync();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or FormatException or System.Net.Sockets.SocketException)
        {
            await server.DisposeAsync();
            throw new HostFault("cannot-listen", ExitCode.Failed,
                $"cannot listen on {urls} ({e.Message}): is another server running there? Choose another port, for example --urls "
                    + "https://0.0.0.0:8444",
                $"无法监听 {urls}（{e.Message}）：该端口是否已被占用？请换端口，例如 --urls https://0.0.0.0:8444");
        }

        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _live.DisposeAsync(); // open pages would delay the stop
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _queue.DisposeAsync();
        foreach (var other in _others)
        {
            other.Dispose();
        }
    }

    // These endpoints need no sign-in: nodes sign their requests, and health checks are anonymous.
    private static void MapNodes(WebApplication application, HostStore store, MergeQueue queue, TimeProvider time, RequestLimit requests,
        DiskReserve reserve)
    {
        var nodes = new NodeRegistry(store, time);
        var rosters = new RosterEndpoint(store, nodes, new Rosters(store), time) { Requests = requests };
        var batches = new BatchEndpoint(store, nodes, queue, time, rosters.NumberOf) { Requests = requests, Reserve = reserve };
        var open = application.MapGroup("").AllowAnonymous();
        open.MapPost(BatchEndpoint.Path, batches.Handle);
        var claims = new ClaimEndpoint(store, new NodeClaims(store, time), traded: batches.Forget);
        open.MapPost(ClaimEndpoint.Path, claims.Handle);
        open.MapPost(ClaimEndpoint.RejoinPath, claims.HandleRejoin);
        open.MapPost(RosterEndpoint.Path, rosters.Handle);
        open.MapPost(StatusEndpoint.Path,
            new StatusEndpoint(nodes, new NodeStatuses(store), time) { Requests = requests, Tell = queue.Tell }.Handle);
        open.MapGet("/-/healthy", () => Results.Text("healthy\n"));
        var readiness = new Readiness(store, reserve, time);
        open.MapGet("/-/ready", readiness.Answer);
        open.MapFallback(context => Problem.NotFound(
            $"{context.Request.Method} {context.Request.Path} is not served: POST {BatchEndpoint.Path}, {ClaimEndpoint.Path}, "
                + $"{ClaimEndpoint.RejoinPath}, {StatusEndpoint.Path}, {RosterEndpoint.Path}, GET /, /board, {LogEndpoint.Path}, "
                + $"/-/healthy").Write(context));
    }

    private static void MapPeople(WebApplication application, HostStore store, PageApi page, BrowserAuthority trust)
    {
        PageAssets.Map(application);
        page.Map(application);
        var certificate = trust.Certificate;
        // the certificate that tablets install
        application.MapGet("/site-ca.crt", () => Results.Bytes(certificate, "application/x-x509-ca-cert")).AllowAnonymous();
        var log = new LogEndpoint(store);
        var hosts = application.MapGroup(LogEndpoint.Path).RequireAuthorization(Gate.HostPolicy);
        hosts.MapGet("", log.Batches);
        hosts.MapGet("/nodes", log.Nodes);
        hosts.MapGet("/keys", log.Keys);
        hosts.MapGet("/rosters", log.RosterList);
        hosts.MapGet("/roster", log.Roster); // a query parameter, because a site's name may contain a slash
    }

    // Handles every exception: Kestrel would log it with its stack trace and without a limit.
    private static async Task HandleExceptions(HttpContext context, RequestDelegate next, RefusalLog refusals)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested)
        {
            refusals.Note(context, "cut-off", e is HostFault or IOException or OperationCanceledException ? null : e); // client gone
        }
        catch (Exception e) when (context.Response.HasStarted)
        {
            refusals.Note(context, "broken-off", e);
            context.Abort();
        }
        catch (HostFault fault)
        {
            await Problem.FromFault(fault).Write(context);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            await Problem.Malformed(e.Message).Write(context);
        }
        catch (Exception e)
        {
            refusals.Note(context, Problem.InternalCode, e);
            await Problem.Internal().Write(context);
        }
    }

    // Tighter than Kestrel's defaults, which hold a body that drips at 300 B/s for 38 s.
    private static void Listen(KestrelServerOptions options, IReadOnlyList<ListenAddress> addresses, Action<ListenOptions> limit,
        ServerCertificates certificates)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = 2 * Batch.BytesMax;
        // by default Kestrel buffers up to 1 MB of unread data per connection
        options.Limits.MaxRequestBufferSize = RequestBufferBytes;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        options.Limits.MaxRequestHeadersTotalSize = 8 * 1024;
        options.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 500, gracePeriod: TimeSpan.FromSeconds(5));
        foreach (var address in addresses)
        {
            address.AddTo(options, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1; // one request at a time per connection, so that the limits hold
                limit(endpoint);
                if (address.IsTls)
                {
                    endpoint.UseTlsOrPlain(certificates);
                }
            });
        }
    }
}
