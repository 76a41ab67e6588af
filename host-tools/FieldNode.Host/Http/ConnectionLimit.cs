using FieldNode.Host.Web;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace FieldNode.Host.Http;

/// <summary>Limits the open connections, in total and per address. Connections above a limit are closed before a byte is read; others are
/// not affected.</summary>
public sealed class ConnectionLimit
{
    /// <summary>Limit per address. A site's nodes may share one address behind a router; a node opens one connection, a browser
    /// six.</summary>
    public const int PerAddress = 256;

    public const int Total = 4096;

    private readonly ConcurrentDictionary<IPAddress, int> _open = new();
    private readonly DelayedClose _close = new();
    private int _total;
    private long _refused;

    /// <summary>Number of connections closed because too many were open.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Connection middleware for Kestrel.</summary>
    public ConnectionDelegate Use(ConnectionDelegate next)
    {
        return async connection =>
        {
            var from = AddressGroup.From(connection.RemoteEndPoint);
            var total = Interlocked.Increment(ref _total);
            var here = _open.AddOrUpdate(from, 1, (_, open) => open + 1);
            var isTooMany = total > Total || here > PerAddress;
            try
            {
                if (!isTooMany)
                {
                    await next(connection);
                }
            }
            finally
            {
                Interlocked.Decrement(ref _total);
                if (_open.AddOrUpdate(from, 0, (_, open) => open - 1) == 0)
                {
                    _open.TryRemove(KeyValuePair.Create(from, 0)); // unless another one was opened meanwhile
                }
            }

            if (isTooMany)
            {
                Interlocked.Increment(ref _refused);
                await _close.Close(connection);
            }
        };
    }
}
