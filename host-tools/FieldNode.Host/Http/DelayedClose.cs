using Microsoft.AspNetCore.Connections;

namespace FieldNode.Host.Http;

/// <summary>Closes refused connections after a delay. An attacker whose connection is closed at once opens the next one at once, and
/// accepting and closing thousands of connections a second costs the host a third of a processor.</summary>
internal sealed class DelayedClose
{
    /// <summary>Maximum number of delayed connections; further ones are closed at once.</summary>
    public const int HeldMax = 1024;

    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(2);

    private int _held;

    /// <summary>Closes a connection after two seconds, or when the client disconnects.</summary>
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
