namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A person was sampled into a position in a tube. Round, category and training are repeated here, so that the record counts without
    /// its neighbours.
    /// <code>
    ///   0                4             5           7             8          9         10        11+n           15+n
    ///   +----------------+-------------+-----------+-------------+----------+---------+---------+--------------+
    ///   | tube's         | position u8 | round u16 | category u8 | flags u8 | kind u8 | n, code | place's      |
    ///   | sequence u32   | 1 to 20     |           |             |          |         |         | sequence u32 |
    ///   +----------------+-------------+-----------+-------------+----------+---------+---------+--------------+
    /// </code>
    /// Flags: bit 0 = training, bit 1 = green lane, bit 2 = sampled despite the node's warning, bit 3 = the place is present, because a
    /// household or stop was open; the others are 0.
    /// </summary>
    public sealed class PersonSampled : CodeContent
    {
        /// <summary>A resident ID number whose check character was right (GB 11643-1999).</summary>
        public const byte KindResidentId = 1;

        /// <summary>Another paper or a booking code, recognised only by its form.</summary>
        public const byte KindOtherPaper = 2;

        /// <summary>No papers: the code is the reason, one of <see cref="NoPapersReason"/>.</summary>
        public const byte KindNoPapers = 3;

        /// <summary>Offset of the code from the content's first byte.</summary>
        public const int CodeOffset = 10;

        private const byte TrainingFlag = 1;
        private const byte GreenFlag = 2;
        private const byte WarnedFlag = 4;
        private const byte PlaceFlag = 8;

        private static readonly string[] s_noPapersReasons = { "LOST", "CHILD", "FOREIGN", "OTHER" };

        /// <summary>Sequence number of the tube's <see cref="TubeOpened"/>.</summary>
        public uint Tube;

        /// <summary>1 for the first in the tube.</summary>
        public byte Position;

        public ushort Round;
        public byte Category;
        public bool Training;
        public byte Kind;

        /// <summary>The lane was a green lane.</summary>
        public bool Green;

        /// <summary>The node warned that this person was already sampled this round; the volunteer insisted.</summary>
        public bool Warned;

        /// <summary>Sequence number of the <see cref="PlaceOpened"/> that was open, or 0.</summary>
        public uint Place;

        /// <summary>Number of reasons for having no papers.</summary>
        public static int NoPapersReasons { get { return s_noPapersReasons.Length; } }

        /// <summary>A reason, as written on its card and in the record.</summary>
        public static string NoPapersReason(int index)
        {
            return s_noPapersReasons[index];
        }

        public override byte Type { get { return RecordType.PersonSampled; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt32(buffer, offset, Tube);
            buffer[offset + 4] = Position;
            LittleEndian.WriteUInt16(buffer, offset + 5, Round);
            buffer[offset + 7] = Category;
            buffer[offset + 8] = (byte)((Training ? TrainingFlag : 0) | (Green ? GreenFlag : 0) | (Warned ? WarnedFlag : 0)
                | (Place != 0 ? PlaceFlag : 0));
            buffer[offset + 9] = Kind;
            int end = WriteCode(buffer, offset + CodeOffset);
            if (Place == 0)
            {
                return end;
            }

            LittleEndian.WriteUInt32(buffer, end, Place);
            return end + 4;
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
            Training = (buffer[offset + 8] & TrainingFlag) != 0;
            Green = (buffer[offset + 8] & GreenFlag) != 0;
            Warned = (buffer[offset + 8] & WarnedFlag) != 0;
            Kind = buffer[offset + 9];
            int place = offset + CodeOffset + 1 + CodeCount;
            bool hasPlace = (buffer[offset + 8] & PlaceFlag) != 0;
            if (hasPlace && place + 4 > offset + count)
            {
                return false;
            }

            Place = hasPlace ? LittleEndian.ReadUInt32(buffer, place) : 0;
            return true;
        }
    }
}
