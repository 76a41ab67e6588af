using FieldNode.Host.Web;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace FieldNode.Host.Http;

/// <summary>
/// How many connections are open at once, in all and from one address: who opens more has them closed before a byte of theirs is looked at,
/// and the others go on.
/// </summary>
public sealed class ConnectionLimit
{
    /// <summary>A site's nodes may all come from one address, behind a router of their own; a node has one connection, a browser
    /// six.</summary>
    public const int PerAddress = 256;

    public const int Total = 4096;

    private readonly ConcurrentDictionary<IPAddress, int> _open = new();
    private readonly DelayedClose _close = new();
    private int _total;
    private long _refused;

    /// <summary>Connections that were closed because there were too many.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>What Kestrel calls for each connection.</summary>
    public ConnectionDelegate Use(ConnectionDelegate next)
    {
        return async connection =>
        {
            var from = AddressGroup.Of(connection.RemoteEndPoint);
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
                    _open.TryRemove(KeyValuePair.Create(from, 0)); // unless another was opened meanwhile
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
