namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// The lane asks for a second scan: the same code again, to confirm a change that must not happen by accident, or the code that the
    /// scanned card needs. The question stays open until it is answered or undone, or another step is taken.
    /// <code>
    ///   0           1             5
    ///   +-----------+-------------+
    ///   | what u8   | value u32   |
    ///   +-----------+-------------+
    /// </code>
    /// </summary>
    public sealed class Asked : RecordContent
    {
        public const byte Nothing = 0;

        /// <summary>The category card again; value: one of <see cref="Protocol.Category"/>.</summary>
        public const byte CategoryAgain = 1;

        /// <summary>The same person again, who was already sampled this round; value: the code's CRC-32.</summary>
        public const byte PersonAgain = 2;

        /// <summary>The same tube again, to pack it although this lane did not fill it; value: the code's CRC-32.</summary>
        public const byte TubeAgain = 3;

        /// <summary>The seal card again, after people, swabs and tubes were counted; value: people recorded.</summary>
        public const byte SealAgain = 4;

        /// <summary>The badge of the person who receives the bags; value: number of bags.</summary>
        public const byte ReceiverBadge = 5;

        /// <summary>The person to turn away, or the same card again for a person without a code; value: one of <see cref="TurnedAway"/>'s
        /// reasons.</summary>
        public const byte PersonTurnedAway = 6;
        public const byte Last = PersonTurnedAway;

        /// <summary>Offset of the value from the content's first byte, and its length in bytes.</summary>
        public const int ValueOffset = 1;
        public const int ValueBytes = 4;

        public byte What;
        public uint Value;

        public override byte Type { get { return RecordType.Asked; } }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = What;
            LittleEndian.WriteUInt32(buffer, offset + ValueOffset, Value);
            return offset + 5;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 5)
            {
                return false;
            }

            What = buffer[offset];
            Value = LittleEndian.ReadUInt32(buffer, offset + ValueOffset);
            return true;
        }
    }
}
