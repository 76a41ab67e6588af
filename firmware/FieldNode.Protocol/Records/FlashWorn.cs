namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// The node's flash is wearing out. Written when a sector is retired, and at each start while any sector is retired.
    /// <code>
    ///   0                     2               4
    ///   +---------------------+---------------+
    ///   | retired sectors u16 | sectors u16   |
    ///   +---------------------+---------------+
    /// </code>
    /// </summary>
    public sealed class FlashWorn : RecordContent
    {
        public ushort RetiredSectors;
        public ushort Sectors;

        public override byte Type { get { return RecordType.FlashWorn; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt16(buffer, offset, RetiredSectors);
            LittleEndian.WriteUInt16(buffer, offset + 2, Sectors);
            return offset + 4;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 4)
            {
                return false;
            }

            RetiredSectors = LittleEndian.ReadUInt16(buffer, offset);
            Sectors = LittleEndian.ReadUInt16(buffer, offset + 2);
            return true;
        }
    }
}
