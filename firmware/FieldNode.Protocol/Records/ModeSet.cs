namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A control card changed how the lane works from here on.
    /// <code>
    ///   0           1             3
    ///   +-----------+-------------+
    ///   | mode u8   | value u16   |
    ///   +-----------+-------------+
    /// </code>
    /// </summary>
    public sealed class ModeSet : RecordContent
    {
        /// <summary>Value: people per tube, 1 to 20.</summary>
        public const byte GroupSize = 1;

        /// <summary>Value: one of <see cref="Protocol.Category"/>.</summary>
        public const byte Category = 2;

        /// <summary>Value: 1 to 65,535.</summary>
        public const byte Round = 3;

        /// <summary>Value: 1 on, 0 off.</summary>
        public const byte Training = 4;

        /// <summary>Value: <see cref="LaneFixed"/> or <see cref="LaneGreen"/>.</summary>
        public const byte LaneKind = 5;

        /// <summary>Value: a category for the next person only.</summary>
        public const byte NextCategory = 6;

        /// <summary>Value: 1 to 65,535.</summary>
        public const byte Shift = 7;

        /// <summary>Value: people this lane should sample in its shift; 0 if not set.</summary>
        public const byte Target = 8;

        public const ushort LaneFixed = 0;

        /// <summary>For elderly, disabled and pregnant people (docs/field-facts.md, A5).</summary>
        public const ushort LaneGreen = 1;

        public byte Mode;
        public ushort Value;

        public override byte Type { get { return RecordType.ModeSet; } }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = Mode;
            LittleEndian.WriteUInt16(buffer, offset + 1, Value);
            return offset + 3;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 3)
            {
                return false;
            }

            Mode = buffer[offset];
            Value = LittleEndian.ReadUInt16(buffer, offset + 1);
            return true;
        }
    }
}
