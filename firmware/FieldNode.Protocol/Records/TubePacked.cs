namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A tube went into the open bag.
    /// <code>
    ///   0                    4           5          6+n
    ///   +--------------------+-----------+----------+
    ///   | bag's sequence u32 | people u8 | n, tube  |
    ///   +--------------------+-----------+----------+
    /// </code>
    /// </summary>
    public sealed class TubePacked : CodeContent
    {
        /// <summary><see cref="People"/> of a tube that this lane did not fill.</summary>
        public const byte PeopleUnknown = 255;

        /// <summary>Sequence number of the bag's <see cref="BagOpened"/>.</summary>
        public uint Bag;

        /// <summary>People in the tube, or <see cref="PeopleUnknown"/>.</summary>
        public byte People;

        public override byte Type { get { return RecordType.TubePacked; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt32(buffer, offset, Bag);
            buffer[offset + 4] = People;
            return WriteCode(buffer, offset + 5);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 6 || !TryReadCode(buffer, offset + 5, offset + count))
            {
                return false;
            }

            Bag = LittleEndian.ReadUInt32(buffer, offset);
            People = buffer[offset + 4];
            return true;
        }
    }
}
