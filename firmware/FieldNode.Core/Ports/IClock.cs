namespace FieldNode.Core.Ports
{
    /// <summary>What the board knows of the time before a host has told it.</summary>
    public interface IClock
    {
        /// <summary>Milliseconds since 1970-01-01 UTC and where they come from (<see cref="Protocol.Records.ClockSet"/>); false when
        /// nothing believable knows.</summary>
        bool TryRead(out ulong utcMs, out byte source);

        /// <summary>The host told the time, under its tag: what the board keeps it in is set.</summary>
        void Set(ulong utcMs);
    }
}
