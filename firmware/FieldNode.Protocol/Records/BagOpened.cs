namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A transport bag or box was scanned: the tubes that follow go into it. They refer to it by this record's sequence number.
    /// <code>
    ///   0           2          3          4+n
    ///   +-----------+----------+----------+
    ///   | round u16 | flags u8 | n, code  |
    ///   +-----------+----------+----------+
    /// </code>
    /// Flags: bit 0 = training; the others are 0.
    /// </summary>
    public sealed class BagOpened : CodeContent
    {
        public ushort Round;
        public bool Training;

        public override byte Type { get { return RecordType.BagOpened; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt16(buffer, offset, Round);
            buffer[offset + 2] = (byte)(Training ? 1 : 0);
            return WriteCode(buffer, offset + 3);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 4 || !TryReadCode(buffer, offset + 3, offset + count))
            {
                return false;
            }

            Round = LittleEndian.ReadUInt16(buffer, offset);
            Training = (buffer[offset + 2] & 1) != 0;
            return true;
        }
    }
}
