using System;
using nanoFramework.Runtime.Native;

namespace FieldNode.Drivers
{
    /// <summary>The platform's clock. Device only.</summary>
    public sealed class SystemTime : ISystemTime
    {
        private const long TicksPerMs = 10000;

        public ulong UtcMs
        {
            get
            {
                long ms = (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TicksPerMs;
                return ms < 0 ? 0 : (ulong)ms;
            }
        }

        public uint Ticks { get { return (uint)Environment.TickCount64; } }

        public void Set(ulong utcMs)
        {
            Rtc.SetSystemTime(new DateTime(DateTime.UnixEpoch.Ticks + (long)utcMs * TicksPerMs));
        }
    }
}
