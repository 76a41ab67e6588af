using Microsoft.AspNetCore.Connections;

namespace FieldNode.Host.Http;

/// <summary>
/// Connections that are not served. Each stays open for a moment before it is closed: an attacker whose connection is closed at once opens
/// the next one at once, and to take and close thousands a second costs the host a third of a processor.
/// </summary>
internal sealed class DelayedClose
{
    /// <summary>So many are left open at once; what comes beyond is closed at once.</summary>
    public const int HeldMax = 1024;

    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(2);

    private int _held;

    /// <summary>Closes a connection after a moment, or when its other end has gone.</summary>
    public async Task Close(ConnectionContext connection)
    {
        try
        {
            if (Interlocked.Increment(ref _held) <= HeldMax)
            {
                await Task.Delay(s_moment, connection.ConnectionClosed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _held);
            connection.Abort();
        }
    }
}
