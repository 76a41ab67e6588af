using FieldNode.Protocol;

namespace FieldNode.Lane
{
    /// <summary>
    /// Estimates how long a number of people will take, from the mean time between two people. The mean runs over up to 256 intervals and
    /// leaves out pauses. The pace on the screen covers only the last ten minutes, about 27 people; over six hours, a forecast from it is
    /// wrong by most of an hour.
    /// </summary>
    public sealed class Forecast
    {
        private const uint PauseSeconds = 600;
        private const uint WindowMax = 256;
        private const int FractionBits = 8;
        private const uint WindowMin = 10; // no forecast from fewer intervals

        private uint _last;
        private uint _window;
        private uint _mean; // mean seconds between two people, in 256ths

        internal bool IsBlank { get { return _last == 0; } }

        /// <summary>Minutes until <paramref name="people"/> more people are sampled; -1 if too few were sampled for a forecast.</summary>
        public int MinutesFor(int people)
        {
            return _window < WindowMin ? -1 : (int)((ulong)people * _mean / (60u << FractionBits));
        }

        /// <summary>People per hour by the same mean; 0 if too few were sampled.</summary>
        public uint PerHour { get { return _window < WindowMin || _mean == 0 ? 0 : (3600u << FractionBits) / _mean; } }

        /// <summary>Adds a sampled person.</summary>
        /// <param name="second">Lane time in seconds (<see cref="LaneClock"/>).</param>
        public void Add(uint second)
        {
            uint between = second - _last;
            if (_last != 0 && between < PauseSeconds)
            {
                _window += _window < WindowMax ? 1u : 0;
                int error = (int)(between << FractionBits) - (int)_mean;
                _mean = (uint)((int)_mean + error / (int)_window);
            }

            _last = second == 0 ? 1 : second;
        }

        internal void Reset()
        {
            _last = 0;
            _window = 0;
            _mean = 0;
        }

        internal int Write(byte[] buffer, int offset)
        {
            return Varint.Write(buffer, Varint.Write(buffer, Varint.Write(buffer, offset, _last), _window), _mean);
        }

        internal int TryRead(byte[] buffer, int offset, int end)
        {
            offset = Varint.TryRead(buffer, offset, end, out _last);
            offset = Varint.TryRead(buffer, offset, end, out _window);
            offset = Varint.TryRead(buffer, offset, end, out _mean);
            bool isInBounds = _window <= WindowMax && _mean <= PauseSeconds << FractionBits;
            return isInBounds ? offset : -1;
        }
    }
}
