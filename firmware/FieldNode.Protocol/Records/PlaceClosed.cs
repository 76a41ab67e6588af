namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// The household or stop is done.
    /// <code>
    ///   0                      4             6
    ///   +----------------------+-------------+
    ///   | place's sequence u32 | people u16  |
    ///   +----------------------+-------------+
    /// </code>
    /// </summary>
    public sealed class PlaceClosed : RecordContent
    {
        /// <summary>Sequence number of the place's <see cref="PlaceOpened"/>.</summary>
        public uint Place;

        /// <summary>People sampled there, not counting those undone.</summary>
        public ushort People;

        public override byte Type { get { return RecordType.PlaceClosed; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt32(buffer, offset, Place);
            LittleEndian.WriteUInt16(buffer, offset + 4, People);
            return offset + 6;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 6)
            {
                return false;
            }

            Place = LittleEndian.ReadUInt32(buffer, offset);
            People = LittleEndian.ReadUInt16(buffer, offset + 4);
            return true;
        }
    }
}
