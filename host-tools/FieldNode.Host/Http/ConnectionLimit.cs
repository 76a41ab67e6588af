using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace FieldNode.Host.Http;

/// <summary>
/// How many connections are open at once, in all and from one address: who opens more has them closed before a byte is read, and the others go on.
/// </summary>
public sealed class ConnectionLimit
{
    /// <summary>A site's nodes may all come from one address, behind a router of their own; a node has one connection, a browser six.</summary>
    public const int PerAddress = 256;

    public const int Total = 4096;

    private readonly ConcurrentDictionary<IPAddress, int> _open = new();
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
            try
            {
                if (total <= Total && here <= PerAddress)
                {
                    await next(connection);
                }
                else
                {
                    Interlocked.Increment(ref _refused);
                    connection.Abort();
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
        };
    }
}
