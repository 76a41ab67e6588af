using FieldNode.Host.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FieldNode.Host.Http;

/// <summary>Logs refused requests: up to <see cref="LinesPerMinute"/> lines a minute, then only their number, so that a client that sends
/// millions cannot fill the disk. Unexpected exceptions have their own limit, so that a flood of refusals does not hide them.</summary>
internal sealed class RefusalLog(ILogger logger, TimeProvider time)
{
    public const int LinesPerMinute = 60;
    public const int FaultsPerMinute = 5;

    private readonly Lock _lock = new();
    private long _minute = -1;
    private long _refused;
    private long _faults;

    public async Task Report(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest && TryCount(isFault: false))
        {
            logger.LogWarning("{Method} {Path} from {Remote} was answered {Status} {Code}", context.Request.Method, context.Request.Path,
                context.Connection.RemoteIpAddress, context.Response.StatusCode, context.Items[Problem.ItemName]);
        }
    }

    /// <summary>Logs a request that failed or was cut off, within the same limits.</summary>
    /// <param name="fault">The unexpected exception; null if none.</param>
    public void Note(HttpContext context, string what, Exception? fault)
    {
        if (TryCount(isFault: fault is not null))
        {
            logger.LogWarning(fault, "{Method} {Path} from {Remote}: {What}", context.Request.Method, context.Request.Path,
                context.Connection.RemoteIpAddress, what);
        }
    }

    private bool TryCount(bool isFault)
    {
        lock (_lock)
        {
            var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
            if (minute != _minute)
            {
                LogSuppressed();
                (_minute, _refused, _faults) = (minute, 0, 0);
            }

            return isFault ? ++_faults <= FaultsPerMinute : ++_refused <= LinesPerMinute;
        }
    }

    private void LogSuppressed()
    {
        if (_refused > LinesPerMinute)
        {
            logger.LogWarning("{Count} more requests were refused in that minute", _refused - LinesPerMinute);
        }

        if (_faults > FaultsPerMinute)
        {
            logger.LogWarning("{Count} more faults in that minute", _faults - FaultsPerMinute);
        }
    }
}
