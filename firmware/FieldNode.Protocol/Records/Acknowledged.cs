namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// Local to the ring: the host holds every record up to and including this one, so their space may be used again.
    /// <code>
    ///   0                       4
    ///   +-----------------------+
    ///   | up to sequence u32    |
    ///   +-----------------------+
    /// </code>
    /// </summary>
    public sealed class Acknowledged : RecordContent
    {
        public uint UpTo;

        public override byte Type { get { return RecordType.Acknowledged; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt32(buffer, offset, UpTo);
            return offset + 4;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 4)
            {
                return false;
            }

            UpTo = LittleEndian.ReadUInt32(buffer, offset);
            return true;
        }
    }
}
