using System;
using System.Device.Wifi;
using System.Net.NetworkInformation;
using System.Threading;

namespace FieldNode.Drivers
{
    /// <summary>
    /// The ESP32's Wi-Fi station. Joining blocks for seconds, so a thread of its own does it; the firmware joins again by itself after a
    /// short loss. WifiNetworkHelper is not used: it tells a wrong password as a time-out. Only the device has this class.
    /// </summary>
    public sealed class WifiRadio : IRadio
    {
        private readonly AutoResetEvent _wanted = new AutoResetEvent(false);
        private readonly object _lock = new object();

        private WifiAdapter _adapter;
        private string _ssid;
        private string _password;
        private byte _state = RadioState.Idle;

        public WifiRadio()
        {
            new Thread(Work).Start();
        }

        public void Connect(string ssid, string password)
        {
            lock (_lock)
            {
                _ssid = ssid;
                _password = password;
                _state = RadioState.Connecting;
            }

            _wanted.Set();
        }

        public byte Poll()
        {
            byte state = _state;
            if (state == RadioState.Connecting || state == RadioState.Idle)
            {
                return state;
            }

            return state == RadioState.Up && !HasAddress() ? RadioState.NoNetwork : state;
        }

        private void Work()
        {
            while (true)
            {
                _wanted.WaitOne();
                string ssid;
                string password;
                lock (_lock)
                {
                    ssid = _ssid;
                    password = _password;
                }

                byte state = Join(ssid, password);
                lock (_lock)
                {
                    _state = state;
                }
            }
        }

        private byte Join(string ssid, string password)
        {
            try
            {
                _adapter = WifiAdapter.FindAllAdapters()[0];
                _adapter.Disconnect();
                WifiConnectionStatus status = _adapter.Connect(ssid, WifiReconnectionKind.Automatic, password).ConnectionStatus;
                if (status == WifiConnectionStatus.InvalidCredential || status == WifiConnectionStatus.AccessRevoked)
                {
                    return RadioState.WrongPassword;
                }

                for (int second = 0; status == WifiConnectionStatus.Success && second < 20; second++)
                {
                    if (HasAddress())
                    {
                        return RadioState.Up;
                    }

                    Thread.Sleep(1000);
                }

                return RadioState.NoNetwork;
            }
            catch (Exception)
            {
                return RadioState.NoNetwork;
            }
        }

        private bool HasAddress()
        {
            try
            {
                string address = NetworkInterface.GetAllNetworkInterfaces()[_adapter.NetworkInterface].IPv4Address;
                return address != null && address.Length > 0 && address != "0.0.0.0";
            }
            catch (Exception)
            {
                return false; // the interface is being made
            }
        }
    }
}
