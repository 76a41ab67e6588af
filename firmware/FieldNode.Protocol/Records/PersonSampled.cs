namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A person took a position in a tube. Round, category and training stand here too, so that the record counts without its neighbours.
    /// <code>
    ///   0                4             5           7             8          9         10        11+n
    ///   +----------------+-------------+-----------+-------------+----------+---------+---------+
    ///   | tube's         | position u8 | round u16 | category u8 | flags u8 | kind u8 | n, code |
    ///   | sequence u32   | 1 to 20     |           |             |          |         |         |
    ///   +----------------+-------------+-----------+-------------+----------+---------+---------+
    /// </code>
    /// Flags: bit 0 = training; the others are 0.
    /// </summary>
    public sealed class PersonSampled : CodeContent
    {
        /// <summary>A resident ID number whose check character was right (GB 11643-1999).</summary>
        public const byte KindResidentId = 1;

        /// <summary>Another paper or a booking code, known by its form only.</summary>
        public const byte KindOtherPaper = 2;

        private const int CodeOffset = 10;

        /// <summary>Sequence number of the tube's <see cref="TubeOpened"/>.</summary>
        public uint Tube;

        /// <summary>1 for the first in the tube.</summary>
        public byte Position;

        public ushort Round;
        public byte Category;
        public bool Training;
        public byte Kind;

        public override byte Type { get { return RecordType.PersonSampled; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt32(buffer, offset, Tube);
            buffer[offset + 4] = Position;
            LittleEndian.WriteUInt16(buffer, offset + 5, Round);
            buffer[offset + 7] = Category;
            buffer[offset + 8] = (byte)(Training ? 1 : 0);
            buffer[offset + 9] = Kind;
            return WriteCode(buffer, offset + CodeOffset);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < CodeOffset + 1 || !TryReadCode(buffer, offset + CodeOffset, offset + count))
            {
                return false;
            }

            Tube = LittleEndian.ReadUInt32(buffer, offset);
            Position = buffer[offset + 4];
            Round = LittleEndian.ReadUInt16(buffer, offset + 5);
            Category = buffer[offset + 7];
            Training = (buffer[offset + 8] & 1) != 0;
            Kind = buffer[offset + 9];
            return true;
        }
    }
}
