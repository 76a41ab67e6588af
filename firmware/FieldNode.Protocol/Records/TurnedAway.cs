namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A person was turned away without being sampled. The code may be empty: a person without papers can have a fever too.
    /// <code>
    ///   0            1           3          4          5+n
    ///   +------------+-----------+----------+----------+
    ///   | reason u8  | round u16 | flags u8 | n, code  |
    ///   +------------+-----------+----------+----------+
    /// </code>
    /// Flags: bit 0 = training; the others are 0.
    /// </summary>
    public sealed class TurnedAway : CodeContent
    {
        /// <summary>The temperature was too high.</summary>
        public const byte Temperature = 1;

        /// <summary>Taken to the isolation zone.</summary>
        public const byte Isolation = 2;
        public const byte Last = Isolation;

        /// <summary>Offset of the code from the content's first byte.</summary>
        public const int CodeOffset = 4;

        private static readonly string[] s_names = { "none", "temperature", "isolation" };

        public byte Reason;
        public ushort Round;
        public bool Training;

        public override byte Type { get { return RecordType.TurnedAway; } }

        /// <summary>The reason's name in logs and exports; "unknown" beyond <see cref="Last"/>.</summary>
        public static string Name(byte reason)
        {
            return reason <= Last ? s_names[reason] : "unknown";
        }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = Reason;
            LittleEndian.WriteUInt16(buffer, offset + 1, Round);
            buffer[offset + 3] = (byte)(Training ? 1 : 0);
            return WriteCode(buffer, offset + CodeOffset);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 5 || !TryReadCode(buffer, offset + CodeOffset, offset + count))
            {
                return false;
            }

            Reason = buffer[offset];
            Round = LittleEndian.ReadUInt16(buffer, offset + 1);
            Training = (buffer[offset + 3] & 1) != 0;
            return true;
        }
    }
}
