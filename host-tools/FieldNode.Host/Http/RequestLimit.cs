using FieldNode.Host.Web;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>
/// Limits the requests handled per second. Once an address has used up its free refusals, only a few of its requests and connections are
/// handled, because checking a tag costs more than sending a wrong one. An honest node behind the same address is still answered, but
/// later. A node with a correct tag has its own limit, which no genuine node reaches; a sender that exceeds it, or repeats requests again
/// and again, is refused like others. A request that costs the host more, such as a record far from those before it or a new epoch, counts
/// as many requests.
/// </summary>
public sealed class RequestLimit : IDisposable
{
    /// <summary>Free refusals per address: enough to tell all nodes of a site that they are enrolled elsewhere.</summary>
    public const int Refusals = 200;

    /// <summary>Requests and connections per second from an address that has used up its free refusals.</summary>
    public const int SuspectPerSecond = 20;

    /// <summary>Requests that a node may send in a burst; <see cref="NodePerSecond"/> is its limit per second.</summary>
    public const int NodeBurst = 400;

    public const int NodePerSecond = 100;

    private const int RefusalsBackPerSecond = 2;

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly int _nodeBurst;

    private readonly PartitionedRateLimiter<IPAddress> _refusals;
    private readonly PartitionedRateLimiter<IPAddress> _suspects = Buckets<IPAddress>(SuspectPerSecond, SuspectPerSecond, s_second);
    private readonly PartitionedRateLimiter<ulong> _nodes;
    private readonly DelayedClose _close = new();
    private long _refused;

    /// <param name="refusals">Free refusals per address.</param>
    /// <param name="nodeBurst">Requests that a node may send in a burst.</param>
    public RequestLimit(int refusals = Refusals, int nodeBurst = NodeBurst)
    {
        _refusals = Buckets<IPAddress>(refusals, RefusalsBackPerSecond, s_second);
        _nodeBurst = nodeBurst;
        _nodes = Buckets<ulong>(nodeBurst, NodePerSecond, s_second);
    }

    /// <summary>Number of requests and connections that were refused unread, or over a node's limit.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>The problem to answer a node's request with; null if the node is within its limit.</summary>
    /// <param name="cost">Number of requests it counts as, capped at the burst limit.</param>
    public Problem? CheckRate(ulong node, int cost = 1)
    {
        using var lease = _nodes.AttemptAcquire(node, Math.Min(cost, _nodeBurst));
        return lease.IsAcquired || Refuse() ? null : Problem.TooFast(node, NodePerSecond);
    }

    /// <summary>Connection middleware for Kestrel.</summary>
    public ConnectionDelegate Use(ConnectionDelegate next)
    {
        return connection =>
        {
            return MayAsk(AddressGroup.From(connection.RemoteEndPoint)) ? next(connection) : _close.Close(connection);
        };
    }

    /// <summary>Passes a request on or refuses it unread; counts refusals of the handlers.</summary>
    public async Task Check(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var from = AddressGroup.From(context.Connection.RemoteIpAddress);
        if (!MayAsk(from))
        {
            context.Response.Headers.Connection = "close";
            await Problem.TooManyRefused(SuspectPerSecond).Write(context);
            return;
        }

        await next(context);
        if (context.Response.StatusCode is >= StatusCodes.Status400BadRequest and < StatusCodes.Status500InternalServerError
            || context.Items[Problem.ItemName] is Problem.TooFastCode)
        {
            using var lease = _refusals.AttemptAcquire(from);
        }
    }

    public void Dispose()
    {
        _refusals.Dispose();
        _suspects.Dispose();
        _nodes.Dispose();
    }

    private bool MayAsk(IPAddress from)
    {
        if (_refusals.GetStatistics(from) is not { CurrentAvailablePermits: < 1 })
        {
            return true; // statistics, because acquiring 0 permits succeeds on a fractional token
        }

        using var lease = _suspects.AttemptAcquire(from);
        return lease.IsAcquired || Refuse();
    }

    private bool Refuse()
    {
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>A token bucket for each key; it starts full and gets <paramref name="perPeriod"/> tokens back each period.</summary>
    internal static PartitionedRateLimiter<T> Buckets<T>(int burst, int perPeriod, TimeSpan period)
        where T : notnull
    {
        return PartitionedRateLimiter.Create<T, T>(key =>
            RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = burst,
                TokensPerPeriod = perPeriod,
                ReplenishmentPeriod = period,
                AutoReplenishment = true,
            }));
    }
}
