namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A part of the node went away, came back, or is running low.
    /// <code>
    ///   0           1            2
    ///   +-----------+------------+----------------+
    ///   | part u8   | state u8   | detail u32     |
    ///   +-----------+------------+----------------+
    /// </code>
    /// Detail: the JEDEC id for the flash, the voltage in millivolts for the battery, otherwise 0.
    /// </summary>
    public sealed class PartChanged : RecordContent
    {
        /// <summary>One of <see cref="NodePart"/>.</summary>
        public byte Part;

        /// <summary>One of <see cref="PartState"/>.</summary>
        public byte State;
        public uint Detail;

        public override byte Type { get { return RecordType.PartChanged; } }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = Part;
            buffer[offset + 1] = State;
            LittleEndian.WriteUInt32(buffer, offset + 2, Detail);
            return offset + 6;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 6)
            {
                return false;
            }

            Part = buffer[offset];
            State = buffer[offset + 1];
            Detail = LittleEndian.ReadUInt32(buffer, offset + 2);
            return true;
        }
    }
}
