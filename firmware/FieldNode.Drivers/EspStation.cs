using System;
using System.Device.Wifi;
using System.Net.NetworkInformation;
using System.Threading;

namespace FieldNode.Drivers
{
    /// <summary>
    /// The ESP32's station. A thread of its own waits for a join. The adapter is asked for once: the platform keeps each one for ever.
    /// WifiNetworkHelper is not used: it tells a wrong password as a time-out. Only the device has this class.
    /// </summary>
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
                return false; // the interface is being made
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

        // Connect leaves another network by itself, and from then on the platform joins again whenever it loses this one.
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
