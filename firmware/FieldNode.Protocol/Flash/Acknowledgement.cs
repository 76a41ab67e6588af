namespace FieldNode.Protocol.Flash
{
    /// <summary>
    /// A local frame of the ring: the host holds every record up to a sequence number, so their space can be reused. A local frame has no
    /// time; this one holds the sequence number in the ticks field.
    /// <code>
    ///   0        1        2           6          8          10       14
    ///   +--------+--------+-----------+----------+----------+--------+
    ///   | length | type   | up to     | behind   | offset   | CRC-32 |
    ///   | 9      | 0xF0   | seq. u32  | u16      | u16      |        |
    ///   +--------+--------+-----------+----------+----------+--------+
    /// </code>
    /// Behind and offset locate the first unacknowledged record: how many sectors before this one, and at which offset there. They save a
    /// search.
    /// </summary>
    public sealed class Acknowledgement
    {
        public const int FrameBytes = Frame.OverheadBytes + ContentBytes;

        private const int ContentBytes = 4;

        public uint UpTo;
        public ushort SectorsBehind;
        public ushort Offset;

        /// <summary>Writes the frame at the start of a buffer.</summary>
        public void Seal(byte[] buffer, uint epoch, uint sequence)
        {
            LittleEndian.WriteUInt16(buffer, Frame.HeadBytes, SectorsBehind);
            LittleEndian.WriteUInt16(buffer, Frame.HeadBytes + 2, Offset);
            Frame.Seal(buffer, 0, epoch, sequence, RecordType.Acknowledged, UpTo, ContentBytes);
        }

        /// <summary>Reads the fields of a frame that has passed its CRC; false if it is not an acknowledgement.</summary>
        public bool TryRead(byte[] frame, int offset)
        {
            if (Frame.Type(frame, offset) != RecordType.Acknowledged || Frame.ContentCount(frame, offset) < ContentBytes)
            {
                return false;
            }

            UpTo = Frame.Ticks(frame, offset);
            SectorsBehind = LittleEndian.ReadUInt16(frame, offset + Frame.HeadBytes);
            Offset = LittleEndian.ReadUInt16(frame, offset + Frame.HeadBytes + 2);
            return true;
        }
    }
}
