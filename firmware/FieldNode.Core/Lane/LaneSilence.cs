using FieldNode.Lane;

namespace FieldNode.Core.Lane
{
    /// <summary>How long the lane has had no input.</summary>
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

        /// <summary>Milliseconds since the last byte from the scanner.</summary>
        public uint IdleMs(uint now)
        {
            return now - _scannedAt;
        }

        /// <summary>True if no one is using the lane: no badge is set and there was no input since the start, or there was none for two
        /// minutes.</summary>
        public bool IsRest(LaneState state, uint now)
        {
            bool isUntouched = state.OperatorCount == 0 && _scannedAt == _startedAt && _pressedAt == _startedAt;
            return isUntouched || (now - _scannedAt >= RestMs && now - _pressedAt >= RestMs);
        }
    }
}
