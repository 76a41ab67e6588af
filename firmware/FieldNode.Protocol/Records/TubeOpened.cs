namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A tube was scanned: a group begins. People and the closing refer to it by this record's sequence number.
    /// <code>
    ///   0           2               3           4          5+n
    ///   +-----------+---------------+-----------+----------+
    ///   | round u16 | group size u8 | flags u8  | n, tube  |
    ///   +-----------+---------------+-----------+----------+
    /// </code>
    /// Flags: bit 0 = training; the others are 0.
    /// </summary>
    public sealed class TubeOpened : CodeContent
    {
        public ushort Round;
        public byte GroupSize;
        public bool Training;

        public override byte Type { get { return RecordType.TubeOpened; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt16(buffer, offset, Round);
            buffer[offset + 2] = GroupSize;
            buffer[offset + 3] = (byte)(Training ? 1 : 0);
            return WriteCode(buffer, offset + 4);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 5 || !TryReadCode(buffer, offset + 4, offset + count))
            {
                return false;
            }

            Round = LittleEndian.ReadUInt16(buffer, offset);
            GroupSize = buffer[offset + 2];
            Training = (buffer[offset + 3] & 1) != 0;
            return true;
        }
    }
}
