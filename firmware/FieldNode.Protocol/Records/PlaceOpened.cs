namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A household or a vehicle's stop was opened by its code. The people that follow belong to it until it is closed.
    /// <code>
    ///   0          1          2+n
    ///   +----------+----------+
    ///   | kind u8  | n, code  |
    ///   +----------+----------+
    /// </code>
    /// Kind, bit 6: training. Bit 7: this scan also ended the previous place; its <see cref="PlaceClosed"/> is the record before this one.
    /// </summary>
    public sealed class PlaceOpened : CodeContent
    {
        /// <summary>A home visit (docs/field-facts.md, A9).</summary>
        public const byte Home = 1;

        /// <summary>A stop of a vehicle (docs/field-facts.md, A10).</summary>
        public const byte Stop = 2;

        private const byte EndedFlag = 0x80;
        private const byte TrainingFlag = 0x40;

        public byte Kind;

        public bool Training;

        /// <summary>The record before this one closed another place in the same step; undoing this one reopens that place.</summary>
        public bool EndedAnother;

        public override byte Type { get { return RecordType.PlaceOpened; } }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = (byte)(Kind | (EndedAnother ? EndedFlag : 0) | (Training ? TrainingFlag : 0));
            return WriteCode(buffer, offset + 1);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 2 || !TryReadCode(buffer, offset + 1, offset + count))
            {
                return false;
            }

            Kind = (byte)(buffer[offset] & ~(EndedFlag | TrainingFlag));
            Training = (buffer[offset] & TrainingFlag) != 0;
            EndedAnother = (buffer[offset] & EndedFlag) != 0;
            return true;
        }
    }
}
