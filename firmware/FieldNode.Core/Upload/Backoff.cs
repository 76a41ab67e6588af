namespace FieldNode.Core.Upload
{
    /// <summary>Waits that double from 1 s to 64 s, each randomly spread by ± half, so that the nodes of a site do not all return at once.
    /// They count from the request.</summary>
    public sealed class Backoff
    {
        private const uint FirstMs = 1000;
        private const int DoublingsMax = 6;

        private uint _random;
        private int _failures;

        public Backoff(uint seed)
        {
            _random = seed | 1;
        }

        public void Reset()
        {
            _failures = 0;
        }

        /// <summary>Milliseconds to wait after one more failure.</summary>
        public uint NextMs()
        {
            uint middle = FirstMs << _failures;
            if (_failures < DoublingsMax)
            {
                _failures++;
            }

            // xorshift32 (Marsaglia 2003): random enough to spread retries.
            _random ^= _random << 13;
            _random ^= _random >> 17;
            _random ^= _random << 5;
            return middle / 2 + _random % middle;
        }
    }
}
