using FieldNode.Core.Ports;
using FieldNode.Protocol.Records;

namespace FieldNode.Drivers
{
    /// <summary>The board's time: from a DS3231 if fitted, otherwise from the platform, which SNTP sets. Times before this firmware was
    /// written are invalid: the platform starts in 1970, and certificates are checked against this time.</summary>
    public sealed class DeviceClock : IClock
    {
        // 2026-01-01 and 2100-01-01.
        private const ulong EarliestMs = 1767225600000;
        private const ulong LatestMs = 4102444800000;

        private readonly ISystemTime _system;
        private readonly Ds3231 _rtc;

        // If the platform's time differs from the tick count by this much, something else has set it.
        private const long SteppedMs = 1500;

        private bool _rtcWasAsked;
        private bool _isSet;
        private ulong _setUtcMs;
        private ulong _setPlatformMs;
        private uint _setTicks;

        /// <param name="rtc">Null if absent.</param>
        public DeviceClock(ISystemTime system, Ds3231 rtc)
        {
            _system = system;
            _rtc = rtc;
        }

        /// <summary>True if <see cref="TryRead"/> found a valid time in the DS3231.</summary>
        public bool HasRtc { get; private set; }

        public bool TryRead(out ulong utcMs, out byte source)
        {
            source = ClockSet.SourceSntp;
            if (_rtc != null && !_rtcWasAsked)
            {
                _rtcWasAsked = true; // once; the platform's clock carries on from it
                ulong seconds;
                HasRtc = _rtc.TryRead(out seconds) && IsBelievable(seconds * 1000);
                if (HasRtc)
                {
                    SetSystem(seconds * 1000);
                    source = ClockSet.SourceRtc;
                }
            }

            utcMs = Now();
            return IsBelievable(utcMs);
        }

        public void Set(ulong utcMs)
        {
            SetSystem(utcMs);
            if (_rtc != null)
            {
                _rtc.Set(utcMs / 1000);
            }
        }

        private void SetSystem(ulong utcMs)
        {
            _system.Set(utcMs);
            _setUtcMs = utcMs;
            _setPlatformMs = _system.UtcMs;
            _setTicks = _system.Ticks;
            _isSet = true;
        }

        // Adds back the milliseconds that the platform drops, until SNTP sets the time.
        private ulong Now()
        {
            ulong platform = _system.UtcMs;
            uint elapsed = _system.Ticks - _setTicks;
            long off = (long)platform - (long)(_setPlatformMs + elapsed);
            _isSet = _isSet && off < SteppedMs && off > -SteppedMs;
            return _isSet ? _setUtcMs + elapsed : platform;
        }

        private static bool IsBelievable(ulong utcMs)
        {
            return utcMs >= EarliestMs && utcMs < LatestMs;
        }
    }
}
