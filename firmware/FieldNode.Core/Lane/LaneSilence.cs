using FieldNode.Lane;

namespace FieldNode.Core.Lane
{
    /// <summary>How long nobody has done anything at the lane.</summary>
    internal sealed class LaneSilence
    {
        private const uint RestMs = 120000;

        private uint _startedAt;
        private uint _scannedAt;
        private uint _pressedAt;

        public void Started(uint now)
        {
            _startedAt = now;
            _scannedAt = now;
            _pressedAt = now;
        }

        /// <summary>Bytes came from the scanner.</summary>
        public void Scanned(uint now)
        {
            _scannedAt = now;
        }

        /// <summary>A button was pressed.</summary>
        public void Pressed(uint now)
        {
            _pressedAt = now;
        }

        /// <summary>Milliseconds since the last byte came from the scanner.</summary>
        public uint IdleMs(uint now)
        {
            return now - _scannedAt;
        }

        /// <summary>Nobody scans: nothing was done since a start at which no badge was there, or nothing for two minutes.</summary>
        public bool IsRest(LaneState state, uint now)
        {
            bool isUntouched = state.OperatorCount == 0 && _scannedAt == _startedAt && _pressedAt == _startedAt;
            return isUntouched || (now - _scannedAt >= RestMs && now - _pressedAt >= RestMs);
        }
    }
}
