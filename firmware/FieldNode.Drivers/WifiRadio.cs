namespace FieldNode.Drivers
{
    /// <summary>
    /// What Wi-Fi is, over what the platform says of it: an address means up, whatever the last join said, because the platform goes on
    /// trying by itself; a join is begun only while there is none, and never upon another; the password is wrong only when several joins
    /// blame it and none between them succeeded, because a weak signal is told alike, and many of a password that has worked before.
    /// </summary>
    public sealed class WifiRadio : IRadio
    {
        private const uint LookMs = 1000;
        private const uint AddressMs = 20000;
        private const int BlamesMin = 3;
        private const int BlamesMinOnceUp = 12; // some ten minutes

        private readonly IStation _station;

        private bool _isUp;
        private bool _hasLooked;
        private uint _lookedAt;
        private bool _isJoining;
        private bool _isWaiting; // joined, and the address is still to come
        private uint _joinedAt;
        private bool _wasUp;
        private int _blames;
        private byte _trouble = RadioState.Idle;

        public WifiRadio(IStation station)
        {
            _station = station;
        }

        public bool Connect(string ssid, string password)
        {
            if (_isJoining || _isWaiting || _isUp)
            {
                return false;
            }

            _isJoining = true;
            _station.Begin(ssid, password);
            return true;
        }

        public byte Poll(uint now)
        {
            TakeJoin(now);
            if (!_hasLooked || now - _lookedAt >= LookMs)
            {
                _hasLooked = true;
                _lookedAt = now;
                _isUp = _station.HasAddress();
            }

            if (_isUp)
            {
                _wasUp = true;
                _isWaiting = false;
                _blames = 0;
                return RadioState.Up;
            }

            if (_isWaiting && now - _joinedAt >= AddressMs)
            {
                _isWaiting = false;
                _trouble = RadioState.NoNetwork;
            }

            return _isJoining || _isWaiting ? RadioState.Connecting : _trouble;
        }

        // One that blames the password says nothing yet.
        private void TakeJoin(uint now)
        {
            byte join = _isJoining ? _station.Poll() : StationJoin.UnderWay;
            if (join == StationJoin.UnderWay)
            {
                return;
            }

            _isJoining = false;
            _hasLooked = false; // there may be an address now
            _isWaiting = join == StationJoin.Joined;
            _joinedAt = now;
            _blames = join == StationJoin.BadCredential ? _blames + 1 : 0;
            if (_blames >= (_wasUp ? BlamesMinOnceUp : BlamesMin))
            {
                _trouble = RadioState.WrongPassword;
            }
            else if (join == StationJoin.Failed)
            {
                _trouble = RadioState.NoNetwork;
            }
        }
    }
}
