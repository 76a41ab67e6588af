using System.Reflection;

[assembly: AssemblyVersion("1.11.60.0")]

namespace System.Net
{
    public static class Dns { public static IPHostEntry GetHostEntry(string hostNameOrAddress) => throw null; }

    public class IPHostEntry { public IPAddress[] AddressList { get => throw null; } }

    public class IPAddress { }
}

namespace System.Net.NetworkInformation
{
    public class NetworkInterface
    {
        public string IPv4Address { get => throw null; }
        public static NetworkInterface[] GetAllNetworkInterfaces() => throw null;
    }
}

namespace System.Security.Cryptography.X509Certificates
{
    public class X509Certificate { public X509Certificate(byte[] certificate) => throw null; }
}
