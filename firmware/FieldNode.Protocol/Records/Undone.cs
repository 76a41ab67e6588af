namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// An earlier record no longer counts. Nothing is erased: both records stay in the log.
    /// <code>
    ///   0                       4
    ///   +-----------------------+
    ///   | undone sequence u32   |
    ///   +-----------------------+
    /// </code>
    /// </summary>
    public sealed class Undone : RecordContent
    {
        public uint Sequence;

        public override byte Type { get { return RecordType.Undone; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt32(buffer, offset, Sequence);
            return offset + 4;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 4)
            {
                return false;
            }

            Sequence = LittleEndian.ReadUInt32(buffer, offset);
            return true;
        }
    }
}
