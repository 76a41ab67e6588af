namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// No more people go into the tube.
    /// <code>
    ///   0                     4            5           6
    ///   +---------------------+------------+-----------+
    ///   | tube's sequence u32 | people u8  | reason u8 |
    ///   +---------------------+------------+-----------+
    /// </code>
    /// </summary>
    public sealed class TubeClosed : RecordContent
    {
        /// <summary>The group reached its size.</summary>
        public const byte Full = 0;

        /// <summary>Early: no one is left in the queue.</summary>
        public const byte QueueEmpty = 1;

        /// <summary>Early: the shift or the site ends.</summary>
        public const byte ShiftEnd = 2;

        /// <summary>Early: a household or a stop is complete.</summary>
        public const byte PlaceDone = 3;

        /// <summary>Early: the tube is damaged or was spilt.</summary>
        public const byte TubeDamaged = 4;

        public uint Tube;
        public byte People;
        public byte Reason;

        public override byte Type { get { return RecordType.TubeClosed; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt32(buffer, offset, Tube);
            buffer[offset + 4] = People;
            buffer[offset + 5] = Reason;
            return offset + 6;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 6)
            {
                return false;
            }

            Tube = LittleEndian.ReadUInt32(buffer, offset);
            People = buffer[offset + 4];
            Reason = buffer[offset + 5];
            return true;
        }
    }
}
