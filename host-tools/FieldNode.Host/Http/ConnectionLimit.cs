using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace FieldNode.Host.Http;

/// <summary>
/// How many connections are open at once, in all and from one address: who opens more has them closed before a byte is read, and the others go on.
/// An IPv6 address counts by its first 64 bits, because who has one has all of those.
/// </summary>
public sealed class ConnectionLimit
{
    /// <summary>A site's nodes may all come from one address, behind a router of their own; a node has one connection, a browser six.</summary>
    public const int PerAddress = 256;

    public const int Total = 4096;

    private const int NetworkBytes = 8;

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
            var from = Group((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
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

    // Whose connections are counted together.
    private static IPAddress Group(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, NetworkBytes, bytes.Length - NetworkBytes);
        return new IPAddress(bytes);
    }
}
