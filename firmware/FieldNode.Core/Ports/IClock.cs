namespace FieldNode.Core.Ports
{
    /// <summary>The board's own time, used until a host provides it.</summary>
    public interface IClock
    {
        /// <summary>Milliseconds since 1970-01-01 UTC and their source (<see cref="Protocol.Records.ClockSet"/>); false if there is no
        /// believable time.</summary>
        bool TryRead(out ulong utcMs, out byte source);

        /// <summary>Sets the board's clock to the time from the host, which its tag authenticates.</summary>
        void Set(ulong utcMs);
    }
}
