namespace FieldNode.Drivers
{
    /// <summary>The time that the platform keeps while it runs; SNTP sets it by itself once there is a network.</summary>
    public interface ISystemTime
    {
        /// <summary>Milliseconds since 1970-01-01 UTC; a time long past when nobody has set it.</summary>
        ulong UtcMs { get; }

        /// <summary>Milliseconds since the start, whatever the time is set to.</summary>
        uint Ticks { get; }

        /// <summary>The platform drops the milliseconds: it then goes on from the second's beginning.</summary>
        void Set(ulong utcMs);
    }
}
