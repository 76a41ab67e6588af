namespace FieldNode.Drivers
{
    /// <summary>A serial line that may be unplugged at any time.</summary>
    public interface ISerialLine
    {
        /// <summary>Monotonic milliseconds.</summary>
        uint Now { get; }

        /// <summary>Opens the line, 8N1; false on failure.</summary>
        bool Open(int baud);

        /// <summary>Reads received bytes, at most <paramref name="count"/>; 0 if none, -1 if the line failed. Never blocks.</summary>
        int Read(byte[] buffer, int offset, int count);

        /// <summary>Sends bytes; false if the line failed.</summary>
        bool Write(byte[] bytes, int count);

        void Close();

        /// <summary>Waits at least this many milliseconds.</summary>
        void Pause(int milliseconds);
    }
}
