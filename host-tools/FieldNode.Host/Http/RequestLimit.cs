using FieldNode.Host.Web;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>
/// How many requests a second are worked on. An address whose requests are refused again and again has few of them looked at afterwards,
/// and few of its connections taken: checking a tag costs more than sending a wrong one. An honest node behind the same address is
/// answered, later. A node whose tag is right has a pace of its own, which no node reaches; who sends faster, or what it sent again and
/// again, is refused like others. What makes the host work longer, a record far from those before it or another epoch, counts as many
/// requests.
/// </summary>
public sealed class RequestLimit : IDisposable
{
    /// <summary>Refusals that an address has free: a site's nodes that were all enrolled elsewhere are told so.</summary>
    public const int Refusals = 200;

    /// <summary>Requests and connections a second of an address that has used them up.</summary>
    public const int OfSuspects = 20;

    /// <summary>Requests that a node may send at once, and each second.</summary>
    public const int NodeBurst = 400;

    public const int NodePerSecond = 100;

    private const int RefusalsBackPerSecond = 2;

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly int _nodeBurst;

    private readonly PartitionedRateLimiter<IPAddress> _refusals;
    private readonly PartitionedRateLimiter<IPAddress> _suspects = Buckets<IPAddress>(OfSuspects, OfSuspects, s_second);
    private readonly PartitionedRateLimiter<ulong> _nodes;
    private readonly DelayedClose _close = new();
    private long _refused;

    /// <param name="refusals">That an address has free.</param>
    /// <param name="nodeBurst">Batches that a node may send at once.</param>
    public RequestLimit(int refusals = Refusals, int nodeBurst = NodeBurst)
    {
        _refusals = Buckets<IPAddress>(refusals, RefusalsBackPerSecond, s_second);
        _nodeBurst = nodeBurst;
        _nodes = Buckets<ulong>(nodeBurst, NodePerSecond, s_second);
    }

    /// <summary>Requests and connections that were not looked at.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Why a node's next request is not answered; null: it is within its pace.</summary>
    /// <param name="cost">As so many requests it counts; what costs more than a node may send at once counts as that.</param>
    public Problem? OutOfPace(ulong node, int cost = 1)
    {
        using var lease = _nodes.AttemptAcquire(node, Math.Min(cost, _nodeBurst));
        return lease.IsAcquired || Refuse() ? null : Problem.TooFast(node, NodePerSecond);
    }

    /// <summary>What Kestrel calls for each connection.</summary>
    public ConnectionDelegate Use(ConnectionDelegate next)
    {
        return connection =>
        {
            return MayAsk(AddressGroup.Of(connection.RemoteEndPoint)) ? next(connection) : _close.Close(connection);
        };
    }

    /// <summary>Passes a request on, or turns it away unread; notes the refused.</summary>
    public async Task Check(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var from = AddressGroup.Of(context.Connection.RemoteIpAddress);
        if (!MayAsk(from))
        {
            context.Response.Headers.Connection = "close";
            await Problem.TooManyRefused(OfSuspects).Write(context);
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
            return true; // asking for none of its tokens would do for a tenth of one, too
        }

        using var lease = _suspects.AttemptAcquire(from);
        return lease.IsAcquired || Refuse();
    }

    private bool Refuse()
    {
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>A bucket of tokens for each key, which is full at first and gets so many back each period.</summary>
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
