using System;
using System.Device.Wifi;
using System.Net.NetworkInformation;
using System.Threading;

namespace FieldNode.Drivers
{
    /// <summary>The ESP32's Wi-Fi station. Its own thread waits for each join. The adapter is requested once: the platform never frees one.
    /// WifiNetworkHelper is not used, because it reports a wrong password as a time-out. Device only.</summary>
    public sealed class EspStation : IStation
    {
        private readonly AutoResetEvent _wanted = new AutoResetEvent(false);

        private WifiAdapter _adapter;
        private string _ssid;
        private string _password;
        private byte _state = StationJoin.Idle;

        public EspStation()
        {
            Thread worker = new Thread(Work);
            worker.Priority = ThreadPriority.Lowest;
            worker.Start();
        }

        public void Begin(string ssid, string password)
        {
            _ssid = ssid;
            _password = password;
            _state = StationJoin.UnderWay;
            _wanted.Set();
        }

        public byte Poll()
        {
            return _state;
        }

        public bool HasAddress()
        {
            try
            {
                string address = _adapter == null ? null
                    : NetworkInterface.GetAllNetworkInterfaces()[_adapter.NetworkInterface].IPv4Address;
                return address != null && address.Length > 0 && address != "0.0.0.0";
            }
            catch (Exception)
            {
                return false; // the interface is not ready yet
            }
        }

        private void Work()
        {
            while (true)
            {
                _wanted.WaitOne();
                _state = Join();
            }
        }

        // Connect leaves the current network first. From then on the platform rejoins automatically when it loses this one.
        private byte Join()
        {
            try
            {
                if (_adapter == null)
                {
                    _adapter = WifiAdapter.FindAllAdapters()[0];
                }

                WifiConnectionStatus status = _adapter.Connect(_ssid, WifiReconnectionKind.Automatic, _password).ConnectionStatus;
                bool isBlamed = status == WifiConnectionStatus.InvalidCredential || status == WifiConnectionStatus.AccessRevoked;
                return status == WifiConnectionStatus.Success ? StationJoin.Joined : isBlamed ? StationJoin.BadCredential
                    : StationJoin.Failed;
            }
            catch (Exception)
            {
                return StationJoin.Failed;
            }
        }
    }
}
