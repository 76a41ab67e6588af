namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// The bag was sealed after people, swabs and tubes had been counted and the counts agreed.
    /// <code>
    ///   0                    4            6             8
    ///   +--------------------+------------+-------------+
    ///   | bag's sequence u32 | tubes u16  | people u16  |
    ///   +--------------------+------------+-------------+
    /// </code>
    /// </summary>
    public sealed class BagSealed : RecordContent
    {
        public uint Bag;
        public ushort Tubes;

        /// <summary>People in the tubes whose count this node knows.</summary>
        public ushort People;

        public override byte Type { get { return RecordType.BagSealed; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt32(buffer, offset, Bag);
            LittleEndian.WriteUInt16(buffer, offset + 4, Tubes);
            LittleEndian.WriteUInt16(buffer, offset + 6, People);
            return offset + 8;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 8)
            {
                return false;
            }

            Bag = LittleEndian.ReadUInt32(buffer, offset);
            Tubes = LittleEndian.ReadUInt16(buffer, offset + 4);
            People = LittleEndian.ReadUInt16(buffer, offset + 6);
            return true;
        }
    }
}
