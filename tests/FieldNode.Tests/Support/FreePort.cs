using System.Net;
using System.Net.Sockets;

namespace FieldNode.Tests.Support;

/// <summary>A port of this computer that nobody listens on now.</summary>
public static class FreePort
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
