using FieldNode.Protocol;

namespace FieldNode.Lane
{
    /// <summary>
    /// The lane's own time in whole seconds, computed from the records' ticks. It continues across restarts. It stands still while the
    /// power is off, until a clock setting shows how long that was. Ages and pace are differences of lane time, so they are valid with and
    /// without a clock.
    /// </summary>
    public sealed class LaneClock
    {
        private const uint TicksWrapSeconds = 4294967; // 2^32 ms
        private const byte TiedFlag = 1;

        private uint _atBoot;
        private uint _utcAtZero;
        private uint _lastTicks;

        /// <summary>The lane's time at the newest record.</summary>
        public uint Seconds { get; private set; }

        /// <summary>True if a clock was set in this boot.</summary>
        public bool IsUtcKnown { get; private set; }

        internal bool IsBlank { get { return Seconds == 0 && _utcAtZero == 0; } }

        /// <summary>The lane's time at a tick of this boot.</summary>
        public uint At(uint ticks)
        {
            return _atBoot + ticks / 1000;
        }

        /// <summary>Seconds since 1970-01-01 UTC at a tick of this boot; valid only while <see cref="IsUtcKnown"/>.</summary>
        public uint UtcAt(uint ticks)
        {
            return _utcAtZero + At(ticks);
        }

        /// <summary>Resets to the state before the first record.</summary>
        public void Reset()
        {
            _atBoot = 0;
            _utcAtZero = 0;
            _lastTicks = 0;
            Seconds = 0;
            IsUtcKnown = false;
        }

        /// <summary>Advances to the time of a record.</summary>
        /// <param name="ticks">The record's ticks: milliseconds since the node started.</param>
        public void Record(uint ticks)
        {
            if (ticks < _lastTicks && _lastTicks - ticks > 0x80000000)
            {
                _atBoot += TicksWrapSeconds;
            }

            _lastTicks = ticks;
            Seconds = At(ticks);
        }

        /// <summary>Called when the node starts: its ticks restart at zero.</summary>
        public void Booted()
        {
            _atBoot = Seconds;
            _lastTicks = 0;
            IsUtcKnown = false;
        }

        /// <summary>Applies a clock setting. The first in a boot shows how long the power was off; a later one corrects the UTC
        /// time.</summary>
        public void Set(ulong utcMs, uint ticks)
        {
            ulong utc = utcMs / 1000;
            if (utc <= At(ticks) || utc > 0xFFFFFFFF)
            {
                return;
            }

            uint now = (uint)utc - _utcAtZero;
            bool wasAway = !IsUtcKnown && _utcAtZero != 0 && (uint)utc > _utcAtZero && now > At(ticks);
            if (wasAway)
            {
                _atBoot += now - At(ticks);
                Seconds = now;
            }
            else
            {
                _utcAtZero = (uint)utc - At(ticks);
            }

            IsUtcKnown = true;
        }

        internal int Write(byte[] buffer, int offset)
        {
            buffer[offset] = IsUtcKnown ? TiedFlag : (byte)0;
            offset = Varint.Write(buffer, offset + 1, _atBoot);
            offset = Varint.Write(buffer, offset, Seconds - _atBoot);
            return Varint.Write(buffer, offset, _utcAtZero);
        }

        internal int TryRead(byte[] buffer, int offset, int end)
        {
            if (offset < 0 || offset >= end)
            {
                return -1;
            }

            IsUtcKnown = (buffer[offset] & TiedFlag) != 0;
            offset = Varint.TryRead(buffer, offset + 1, end, out _atBoot);
            uint sinceBoot;
            offset = Varint.TryRead(buffer, offset, end, out sinceBoot);
            Seconds = _atBoot + sinceBoot;
            _lastTicks = sinceBoot * 1000; // exact to the second, enough to detect a wrap
            return Varint.TryRead(buffer, offset, end, out _utcAtZero);
        }
    }
}
