namespace FieldNode.Drivers
{
    /// <summary>
    /// Derives the Wi-Fi state from the platform's reports. An address means up, whatever the last join reported, because the platform
    /// keeps retrying on its own. A join starts only while there is no address and no other join is running. The password counts as wrong
    /// only after several joins in a row blame it, because a weak signal gives the same report; a password that has worked before takes
    /// many more.
    /// </summary>
    public sealed class WifiRadio : IRadio
    {
        private const uint LookMs = 1000;
        private const uint AddressMs = 20000;
        private const int BadPasswordReportsMin = 3;
        private const int BlamesMinOnceUp = 12; // about ten minutes

        private readonly IStation _station;

        private bool _isUp;
        private bool _hasLooked;
        private uint _lookedAt;
        private bool _isJoining;
        private bool _isWaiting; // joined, waiting for the address
        private uint _joinedAt;
        private bool _wasUp;
        private int _badPasswordReports;
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
                _badPasswordReports = 0;
                return RadioState.Up;
            }

            if (_isWaiting && now - _joinedAt >= AddressMs)
            {
                _isWaiting = false;
                _trouble = RadioState.NoNetwork;
            }

            return _isJoining || _isWaiting ? RadioState.Connecting : _trouble;
        }

        // A single join that blames the password proves nothing.
        private void TakeJoin(uint now)
        {
            byte join = _isJoining ? _station.Poll() : StationJoin.UnderWay;
            if (join == StationJoin.UnderWay)
            {
                return;
            }

            _isJoining = false;
            _hasLooked = false; // check for an address now
            _isWaiting = join == StationJoin.Joined;
            _joinedAt = now;
            _badPasswordReports = join == StationJoin.BadCredential ? _badPasswordReports + 1 : 0;
            if (_badPasswordReports >= (_wasUp ? BlamesMinOnceUp : BadPasswordReportsMin))
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
