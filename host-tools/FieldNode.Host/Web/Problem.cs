using FieldNode.Log;
using FieldNode.Log.Nodes;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Web;

/// <summary>A refusal of the HTTP interface: a status and a stable code (docs/errors.md), sent as application/problem+json (RFC
/// 9457).</summary>
public sealed record Problem(int Status, string Code, string Title, string Detail)
{
    /// <summary>Under this name a request keeps the code of its problem, for the log.</summary>
    internal const string ItemName = "problem";

    internal const string TooFastCode = "too-fast";

    public static Problem Malformed(string detail) =>
        new(StatusCodes.Status400BadRequest, "malformed-batch", "The body cannot be read", detail);

    public static Problem OldVersion() => new(StatusCodes.Status400BadRequest, "old-version", "Version too old",
        "batches of versions 1 and 2 are taken in from files alone: bring the node's firmware up to date and enrol it with a new card");

    public static Problem BadQuery(string detail) =>
        new(StatusCodes.Status400BadRequest, "bad-query", "The question cannot be read", detail);

    public static Problem NoAccess() => new(StatusCodes.Status401Unauthorized, "no-access", "Nobody is signed in",
        "sign in at the page, or send the host's access key as a bearer token for its log");

    public static Problem NotAllowed(string role, bool isHost) => new(StatusCodes.Status403Forbidden, "not-allowed", "Not for this role",
        isHost ? "the access key opens the log alone: people sign in"
            : $"'{role}' may not do this: 'fieldnode users role' gives another role; the log is for hosts with the access key");

    public static Problem ForeignPage() => new(StatusCodes.Status403Forbidden, "foreign-page", "From another page",
        "this is taken from the host's own page alone: a browser names it in Sec-Fetch-Site or Origin");

    public static Problem WrongPassword() => new(StatusCodes.Status401Unauthorized, "wrong-password", "Not signed in",
        "name and password do not belong together; 'fieldnode users link' lets somebody in who forgot the password");

    public static Problem LinkUsed(TimeSpan max) => new(StatusCodes.Status401Unauthorized, "link-used", "Link used",
        $"the link was followed already or is older than {max.TotalMinutes:F0} minutes: 'fieldnode users link' makes another");

    public static Problem TooManyTries() => new(StatusCodes.Status429TooManyRequests, "too-many-tries", "Too many tries",
        "wait half a minute, then try again");

    public static Problem TooManySearches(int burst) => new(StatusCodes.Status429TooManyRequests, "too-many-searches", "Too many searches",
        $"an account may look up {burst} codes at once, then one every two seconds: for many codes there is 'fieldnode export'");

    public static Problem TlsRequired() => new(StatusCodes.Status403Forbidden, "tls-required", "TLS required",
        "over plain HTTP nodes upload, and no more: use https; keys can also be handed over with 'fieldnode keys export'");

    public static Problem UnknownNode(ulong node) => new(StatusCodes.Status401Unauthorized, "unknown-node", "Unknown node",
        $"node {node:X16} is not enrolled here: print its card with 'fieldnode nodes add' on this host");

    /// <summary>Why nothing is taken from a node; null when it is one of ours and has its key.</summary>
    public static Problem? OfNode(EnrolledNode? node, ulong id) => node is { IsRevoked: true } ? NodeRevoked(id) : node?.Key is null
        ? UnknownNode(id) : null;

    public static Problem BadTag(ulong node) => new(StatusCodes.Status401Unauthorized, "bad-tag", "Wrong key",
        $"the request of node {node:X16} does not carry this node's tag: its key is another, or the bytes were changed on the way");

    public static Problem WrongHost(uint asked, uint host) => new(StatusCodes.Status403Forbidden, "wrong-host", "Card of another host",
        $"the request is for host {asked:X8}, this is host {host:X8}: scan a card printed by this host, or correct the card's url");

    public static Problem NoRoster(string site) =>
        new(StatusCodes.Status404NotFound, "no-roster", "No roster", $"there is no roster for site '{site}'");

    public static Problem TooLarge(long max) => new(StatusCodes.Status413PayloadTooLarge, "too-large", "Body too large",
        $"at most {max} bytes");

    public static Problem ClaimUsed(ulong node) => new(StatusCodes.Status409Conflict, "claim-used", "Claim used",
        $"the claim on the card of node {node:X16} was traded already: print a new card with 'fieldnode nodes rotate'");

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

    /// <summary>A fault of the host in the words of the interface.</summary>
    public static Problem Of(HostFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.ExitCode == ExitCode.Usage ? new Problem(StatusCodes.Status400BadRequest, fault.Code, "Not accepted", fault.English)
            : Busy(fault.English);
    }

    internal const string InternalCode = "internal";

    public static Problem Internal() => new(StatusCodes.Status500InternalServerError, InternalCode, "Fault of the host",
        "the host met what nobody foresaw; its log says what, please report it");

    public static Problem Busy(string detail) => new(StatusCodes.Status503ServiceUnavailable, "store-busy", "Store busy", detail);

    public static Problem TooManyRefused(int aSecond) =>
        new(StatusCodes.Status503ServiceUnavailable, "too-many-refused", "Too many refused requests",
        $"requests of this address were refused again and again: {aSecond} a second are looked at now");

    public static Problem TooManyEpochs(ulong node, int epochs) => new(StatusCodes.Status403Forbidden, "too-many-epochs", "Too many epochs",
        $"node {node:X16} began its log {epochs} times: no node does. If it is one of yours, enrol it as another node with 'fieldnode "
            + "nodes add'");

    public static Problem TooFast(ulong node, int aSecond) => new(StatusCodes.Status503ServiceUnavailable, TooFastCode, "Too many requests",
        $"node {node:X16} sends more than {aSecond} requests a second: no node does");

    public static Problem DiskReserve(long bytes) => new(StatusCodes.Status503ServiceUnavailable, "disk-reserve", "Disk nearly full",
        $"the host's disk has less than {bytes / 1_000_000} MB free, which it keeps for itself: make room; nodes keep their records until "
            + "then");

    /// <summary>The problem as the result of a handler.</summary>
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
