using FieldNode.Host.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FieldNode.Host.Http;

/// <summary>Reports requests that were refused, so many a minute and then their number: who sends millions must not fill the disk with lines.</summary>
internal sealed class RefusalLog(ILogger logger, TimeProvider time)
{
    public const int LinesPerMinute = 60;

    private readonly Lock _lock = new();
    private long _minute = -1;
    private long _refused;

    public async Task Report(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest && IsToBeTold())
        {
            logger.LogWarning("{Method} {Path} from {Remote} was answered {Status} {Code}", context.Request.Method, context.Request.Path, context.Connection.RemoteIpAddress, context.Response.StatusCode, context.Items[Problem.ItemName]);
        }
    }

    /// <summary>Reports a request that came to no answer, within the same limit.</summary>
    /// <param name="fault">What nobody foresaw; null: nothing of the kind.</param>
    public void Note(HttpContext context, string what, Exception? fault)
    {
        if (IsToBeTold())
        {
            logger.LogWarning(fault, "{Method} {Path} from {Remote}: {What}", context.Request.Method, context.Request.Path, context.Connection.RemoteIpAddress, what);
        }
    }

    private bool IsToBeTold()
    {
        lock (_lock)
        {
            var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
            if (minute != _minute)
            {
                TellRest();
                (_minute, _refused) = (minute, 0);
            }

            return ++_refused <= LinesPerMinute;
        }
    }

    private void TellRest()
    {
        if (_refused > LinesPerMinute)
        {
            logger.LogWarning("{Count} more requests were refused in that minute", _refused - LinesPerMinute);
        }
    }
}
