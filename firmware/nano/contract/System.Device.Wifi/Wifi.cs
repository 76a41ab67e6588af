using System.Reflection;

[assembly: AssemblyVersion("1.5.149.0")]

namespace System.Device.Wifi
{
    public enum WifiConnectionStatus { AccessRevoked, InvalidCredential, NetworkNotAvailable, Success, Timeout, UnspecifiedFailure, UnsupportedAuthenticationProtocol }

    public enum WifiReconnectionKind { Automatic, Manual }

    public class WifiConnectionResult { public WifiConnectionStatus ConnectionStatus { get => throw null; } }

    public sealed class WifiAdapter : IDisposable
    {
        public int NetworkInterface { get => throw null; }
        public WifiConnectionResult Connect(string ssid, WifiReconnectionKind reconnectionKind, string passwordCredential) => throw null;
        public void Disconnect() => throw null;
        public static WifiAdapter[] FindAllAdapters() => throw null;
        public void Dispose() => throw null;
    }
}
