namespace FieldNode.Protocol
{
    /// <summary>
    /// One record as bytes: the same on flash, in an upload, in a .fnlog file and in the host's archive.
    /// <code>
    ///   0        1        2                 6                6+n          10+n
    ///   +--------+--------+-----------------+----------------+------------+
    ///   | length | type   | ticks           | content        | CRC-32     |
    ///   | 5 + n  | u8     | u32, ms of boot | n = 0..200     | u32        |
    ///   +--------+--------+-----------------+----------------+------------+
    /// </code>
    /// Integers are little-endian. The CRC covers epoch and sequence, then length, type, ticks and content. Epoch and sequence (4 + 4
    /// bytes) are not stored: they follow from the frame's place in the log, so a frame moved to another place fails the check. Length 0xFF
    /// is erased flash: the log ends here. Length 0x00 is a byte cleared after a torn write: it is skipped.
    /// </summary>
    public static class Frame
    {
        public const int ContentBytesMax = 200;
        public const int HeadBytes = 6;
        public const int OverheadBytes = 10;
        public const int BytesMax = OverheadBytes + ContentBytesMax;

        /// <summary>Value of the length byte where flash is erased.</summary>
        public const byte Erased = 0xFF;

        /// <summary>Value of a byte that was cleared because a write was torn there.</summary>
        public const byte Cleared = 0x00;

        private const int LengthMin = 5;
        private const int LengthMax = 5 + ContentBytesMax;

        /// <summary>Adds head and CRC to <paramref name="contentCount"/> bytes of content already at <c>offset + HeadBytes</c>; returns the
        /// frame's length in bytes.</summary>
        public static int Seal(byte[] buffer, int offset, uint epoch, uint sequence, byte type, uint ticks, int contentCount)
        {
            WriteHead(buffer, offset, type, ticks, contentCount);
            int crcOffset = offset + HeadBytes + contentCount;
            LittleEndian.WriteUInt32(buffer, crcOffset, Crc(buffer, offset, HeadBytes + contentCount, epoch, sequence));
            return OverheadBytes + contentCount;
        }

        /// <summary>Writes only the head, which is enough to find the parts of the content.</summary>
        public static void WriteHead(byte[] buffer, int offset, byte type, uint ticks, int contentCount)
        {
            buffer[offset] = (byte)(LengthMin + contentCount);
            buffer[offset + 1] = type;
            LittleEndian.WriteUInt32(buffer, offset + 2, ticks);
        }

        /// <summary>Length of the frame at <paramref name="offset"/> if it is intact and belongs to this epoch and sequence, otherwise 0.
        /// Reads nothing at or beyond <paramref name="end"/>; never throws for an offset within the buffer.</summary>
        public static int Check(byte[] buffer, int offset, int end, uint epoch, uint sequence)
        {
            int bytes = ClaimedBytes(buffer, offset, end);
            if (bytes == 0)
            {
                return 0;
            }

            uint stored = LittleEndian.ReadUInt32(buffer, offset + bytes - 4);
            return stored == Crc(buffer, offset, bytes - 4, epoch, sequence) ? bytes : 0;
        }

        /// <summary>
        /// The only sequence number with which the frame of <paramref name="bytes"/> bytes at <paramref name="offset"/> would be intact,
        /// found by running its CRC backwards. Used to find the next frame after damage; the caller judges whether the number is plausible.
        /// </summary>
        public static uint ImpliedSequence(byte[] buffer, int offset, int bytes, uint epoch)
        {
            uint stored = LittleEndian.ReadUInt32(buffer, offset + bytes - 4);
            uint afterSequence = Crc32.Remove(~stored, buffer, offset, bytes - 4);
            return Crc32.ValueBetween(Crc32.AppendUInt32(Crc32.Start, epoch), afterSequence);
        }

        /// Frame length according to the length byte; 0 if no frame can have this length or it would extend past <paramref name="end"/>.
        /// <paramref name="end"/>.</summary>
        public static int ClaimedBytes(byte[] buffer, int offset, int end)
        {
            if (offset < 0 || offset >= end || end > buffer.Length)
            {
                return 0;
            }

            int length = buffer[offset];
            if (length < LengthMin || length > LengthMax || offset + 1 + length + 4 > end)
            {
                return 0;
            }

            return 1 + length + 4;
        }

        public static byte Type(byte[] buffer, int offset)
        {
            return buffer[offset + 1];
        }

        /// <summary>Milliseconds since the node started, modulo 2^32.</summary>
        public static uint Ticks(byte[] buffer, int offset)
        {
            return LittleEndian.ReadUInt32(buffer, offset + 2);
        }

        public static int ContentCount(byte[] buffer, int offset)
        {
            return buffer[offset] - LengthMin;
        }

        private static uint Crc(byte[] buffer, int offset, int count, uint epoch, uint sequence)
        {
            uint running = Crc32.AppendUInt32(Crc32.Start, epoch);
            running = Crc32.AppendUInt32(running, sequence);
            return Crc32.Finish(Crc32.Append(running, buffer, offset, count));
        }
    }
}
