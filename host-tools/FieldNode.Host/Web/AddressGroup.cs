using System.Net;
using System.Net.Sockets;

namespace FieldNode.Host.Web;

/// <summary>Groups addresses for rate limits: an IPv6 address counts by its first 64 bits, because one subscriber owns the /64.</summary>
internal static class AddressGroup
{
    private const int NetworkBytes = 8;

    public static IPAddress From(EndPoint? remote) => From((remote as IPEndPoint)?.Address);

    public static IPAddress From(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

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
