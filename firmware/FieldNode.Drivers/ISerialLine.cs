namespace FieldNode.Drivers
{
    /// <summary>A serial line that may be unplugged at any time.</summary>
    public interface ISerialLine
    {
        /// <summary>Milliseconds that only go on.</summary>
        uint Now { get; }

        /// <summary>Opens the line, 8N1; false when it cannot be.</summary>
        bool Open(int baud);

        /// <summary>Takes what has arrived, at most <paramref name="count"/> bytes; 0 when there is nothing, -1 when the line failed. Never
        /// waits.</summary>
        int Read(byte[] buffer, int offset, int count);

        /// <summary>Sends bytes; false when the line failed.</summary>
        bool Write(byte[] bytes, int count);

        void Close();

        /// <summary>Lets at least that many milliseconds pass.</summary>
        void Pause(int milliseconds);
    }
}
