namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// The next people of the queue were called to the lane.
    /// <code>
    ///   0             1
    ///   +-------------+
    ///   | people u8   |
    ///   +-------------+
    /// </code>
    /// </summary>
    public sealed class Called : RecordContent
    {
        public byte People;

        public override byte Type { get { return RecordType.Called; } }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = People;
            return offset + 1;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 1)
            {
                return false;
            }

            People = buffer[offset];
            return true;
        }
    }
}
