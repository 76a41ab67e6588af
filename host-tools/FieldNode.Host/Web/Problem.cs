using FieldNode.Log;
using FieldNode.Log.Nodes;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Web;

/// <summary>An error response of the HTTP interface: a status and a stable code (docs/errors.md), sent as application/problem+json (RFC
/// 9457).</summary>
public sealed record Problem(int Status, string Code, string Title, string Detail)
{
    /// <summary>Key in HttpContext.Items for the problem's code, read by the log.</summary>
    internal const string ItemName = "problem";

    internal const string TooFastCode = "too-fast";

    public static Problem Malformed(string detail) =>
        new(StatusCodes.Status400BadRequest, "malformed-batch", "The body cannot be read", detail);

    public static Problem OldVersion() => new(StatusCodes.Status400BadRequest, "old-version", "Version too old",
        "batches of versions 1 and 2 are accepted only from files: update the node's firmware and enrol it with a new card");

    public static Problem BadQuery(string detail) =>
        new(StatusCodes.Status400BadRequest, "bad-query", "The request cannot be read", detail);

    public static Problem NoAccess() => new(StatusCodes.Status401Unauthorized, "no-access", "Sign-in required",
        "sign in at the page, or send the host's access key as a bearer token for its log");

    public static Problem NotAllowed(string role, bool isHost) => new(StatusCodes.Status403Forbidden, "not-allowed", "Not for this role",
        isHost ? "the access key opens only the log: people sign in"
            : $"role '{role}' may not do this: 'fieldnode users role' changes the role; the log is for hosts with the access key");

    public static Problem ForeignPage() => new(StatusCodes.Status403Forbidden, "foreign-page", "From another page",
        "only the host's own page may do this: a browser names the page in Sec-Fetch-Site or Origin");

    public static Problem WrongPassword() => new(StatusCodes.Status401Unauthorized, "wrong-password", "Not signed in",
        "wrong name or password; 'fieldnode users link' creates a link for someone who forgot the password");

    public static Problem LinkUsed(TimeSpan max) => new(StatusCodes.Status401Unauthorized, "link-used", "Link used",
        $"the link was already used or is older than {max.TotalMinutes:F0} minutes: 'fieldnode users link' creates another");

    public static Problem TooManyTries() => new(StatusCodes.Status429TooManyRequests, "too-many-tries", "Too many tries",
        "wait half a minute, then try again");

    public static Problem TooManySearches(int burst) => new(StatusCodes.Status429TooManyRequests, "too-many-searches", "Too many searches",
        $"an account may look up {burst} codes at once, then one every two seconds: for many codes use 'fieldnode export'");

    public static Problem TlsRequired() => new(StatusCodes.Status403Forbidden, "tls-required", "TLS required",
        "plain HTTP is only for uploads of nodes: use https; keys can also be transferred with 'fieldnode keys export'");

    public static Problem UnknownNode(ulong node) => new(StatusCodes.Status401Unauthorized, "unknown-node", "Unknown node",
        $"node {node:X16} is not enrolled here: print its card with 'fieldnode nodes add' on this host");

    /// <summary>The problem for a node that is revoked, unknown or without a key; null if the node is enrolled and has its key.</summary>
    public static Problem? OfNode(EnrolledNode? node, ulong id) => node is { IsRevoked: true } ? NodeRevoked(id) : node?.Key is null
        ? UnknownNode(id) : null;

    public static Problem BadTag(ulong node) => new(StatusCodes.Status401Unauthorized, "bad-tag", "Wrong key",
        $"the request of node {node:X16} does not carry this node's tag: wrong key, or the bytes were changed in transit");

    public static Problem WrongHost(uint asked, uint host) => new(StatusCodes.Status403Forbidden, "wrong-host", "Card of another host",
        $"the request is for host {asked:X8}, this is host {host:X8}: scan a card printed by this host, or correct the card's url");

    public static Problem NoRoster(string site) =>
        new(StatusCodes.Status404NotFound, "no-roster", "No roster", $"there is no roster for site '{site}'");

    public static Problem TooLarge(long max) => new(StatusCodes.Status413PayloadTooLarge, "too-large", "Body too large",
        $"at most {max} bytes");

    public static Problem ClaimUsed(ulong node) => new(StatusCodes.Status409Conflict, "claim-used", "Claim used",
        $"the claim on the card of node {node:X16} was already used: print a new card with 'fieldnode nodes rotate'");

    public static Problem ClaimExpired(ulong node) => new(StatusCodes.Status403Forbidden, "claim-expired", "Card too old",
        $"the card of node {node:X16} was printed more than {NodeRegistry.ClaimMax.TotalMinutes:F0} minutes ago: print a new one with "
            + "'fieldnode nodes rotate'");

    public static Problem NodeRevoked(ulong node) => new(StatusCodes.Status403Forbidden, "node-revoked", "Node revoked",
        $"node {node:X16} was revoked on this host: 'fieldnode nodes rotate' prints a new card if it is to belong here again");

    public static Problem WrongType(string? type, string wanted) =>
        new(StatusCodes.Status415UnsupportedMediaType, "wrong-content-type", "Wrong content type",
        $"'{type}' is not accepted: send {wanted}");

    public static Problem LengthRequired() => new(StatusCodes.Status411LengthRequired, "length-required", "Length required",
        "send a Content-Length");

    public static Problem NotFound(string detail) => new(StatusCodes.Status404NotFound, "not-found", "Not found", detail);

    /// <summary>Converts a host fault to a problem.</summary>
    public static Problem FromFault(HostFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.ExitCode == ExitCode.Usage ? new Problem(StatusCodes.Status400BadRequest, fault.Code, "Not accepted", fault.English)
            : Busy(fault.English);
    }

    internal const string InternalCode = "internal";

    public static Problem Internal() => new(StatusCodes.Status500InternalServerError, InternalCode, "Internal error",
        "an unexpected error occurred in the host; see its log, and please report it");

    public static Problem Busy(string detail) => new(StatusCodes.Status503ServiceUnavailable, "store-busy", "Store busy", detail);

    public static Problem TooManyRefused(int aSecond) =>
        new(StatusCodes.Status503ServiceUnavailable, "too-many-refused", "Too many refused requests",
        $"too many requests from this address were refused: only {aSecond} per second are handled now");

    public static Problem TooManyEpochs(ulong node, int epochs) => new(StatusCodes.Status403Forbidden, "too-many-epochs", "Too many epochs",
        $"node {node:X16} began its log {epochs} times, which no genuine node does. If it is yours, enrol it as another node with "
            + "'fieldnode nodes add'");

    public static Problem TooFast(ulong node, int aSecond) => new(StatusCodes.Status503ServiceUnavailable, TooFastCode, "Too many requests",
        $"node {node:X16} sends more than {aSecond} requests a second, which no genuine node does");

    public static Problem DiskReserve(long bytes) => new(StatusCodes.Status503ServiceUnavailable, "disk-reserve", "Disk nearly full",
        $"the host's disk has less than {bytes / 1_000_000} MB free, the reserve for its own work: free up space; nodes keep their "
            + "records until then");

    /// <summary>Returns the problem as a handler's result.</summary>
    public IResult Result() => new Written(this);

    /// <summary>Writes the problem as the response.</summary>
    public Task Write(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.StatusCode = Status;
        context.Items[ItemName] = Code;
        context.Response.Headers.RetryAfter =
            Status switch { StatusCodes.Status503ServiceUnavailable => "2", StatusCodes.Status429TooManyRequests => "30", _ => default };
        return context.Response.WriteAsJsonAsync(Body, options: null, contentType: MediaType, context.RequestAborted);
    }

    private sealed class Written(Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => problem.Write(httpContext);
    }

    private const string MediaType = "application/problem+json";

    private object Body => new { type = $"urn:fieldnode:{Code}", title = Title, status = Status, code = Code, detail = Detail };
}
