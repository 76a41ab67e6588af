using System.Net;
using System.Net.Sockets;

namespace FieldNode.Tests.Support;

/// <summary>A free TCP port on this computer.</summary>
public static class FreePort
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
