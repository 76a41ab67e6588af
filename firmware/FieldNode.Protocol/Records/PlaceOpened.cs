namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A household or a vehicle's stop was opened by its code: the people that follow belong to it, until it is closed.
    /// <code>
    ///   0          1          2+n
    ///   +----------+----------+
    ///   | kind u8  | n, code  |
    ///   +----------+----------+
    /// </code>
    /// </summary>
    public sealed class PlaceOpened : CodeContent
    {
        /// <summary>A home visit (field-facts A9).</summary>
        public const byte Home = 1;

        /// <summary>A stop of a vehicle (field-facts A10).</summary>
        public const byte Stop = 2;

        public byte Kind;

        public override byte Type { get { return RecordType.PlaceOpened; } }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = Kind;
            return WriteCode(buffer, offset + 1);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 2 || !TryReadCode(buffer, offset + 1, offset + count))
            {
                return false;
            }

            Kind = buffer[offset];
            return true;
        }
    }
}
