namespace FieldNode.Drivers
{
    /// <summary>The platform's clock while it runs. SNTP sets it automatically once there is a network.</summary>
    public interface ISystemTime
    {
        /// <summary>Milliseconds since 1970-01-01 UTC; a time in the distant past until set.</summary>
        ulong UtcMs { get; }

        /// <summary>Milliseconds since boot; unaffected by <see cref="Set"/>.</summary>
        uint Ticks { get; }

        /// <summary>Sets the time. The platform drops the milliseconds and continues from the start of the second.</summary>
        void Set(ulong utcMs);
    }
}
