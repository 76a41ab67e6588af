namespace FieldNode.Protocol.Flash
{
    /// <summary>
    /// The head of a sector, written in two programs: the first right after the erase, as proof that it finished; the second when the
    /// sector comes into use.
    /// <code>
    ///   0        4           8          12
    ///   +--------+-----------+----------+
    ///   | "FNR1" | number    | CRC-32   |   prepared: erased, and this will be sector 'number'
    ///   |        | u32       | of 0..7  |
    ///   +--------+-----------+----------+
    ///   12        20        24          28           32        33        33+n       37+n
    ///   +---------+---------+-----------+------------+---------+---------+----------+
    ///   | node id | epoch   | first     | acknow-    | n       | lane's  | CRC-32   |   open: frames follow
    ///   | u64     | u32     | sequence  | ledged u32 | u8      | state   | of 0..   |
    ///   +---------+---------+-----------+------------+---------+---------+----------+
    /// </code>
    /// Sector number s lies in slot s mod (number of slots). The digit in "FNR1" is the format version.
    /// </summary>
    public sealed class SectorHead
    {
        public const int PreparedBytes = 12;
        public const int StateBytesMax = 220;
        public const int BytesMax = FixedBytes + StateBytesMax + 4;

        private const int FixedBytes = 33;
        private const uint Magic = 0x31524E46; // "FNR1"

        public uint Number;
        public ulong NodeId;
        public uint Epoch;
        public uint FirstSequence;
        public uint AcknowledgedUpTo;
        public int StateCount;

        /// <summary>Where the lane's state begins in the buffer that was read.</summary>
        public const int StateOffset = FixedBytes;

        /// <summary>Bytes of the open head; frames begin here.</summary>
        public int Bytes { get { return FixedBytes + StateCount + 4; } }

        public static void WritePrepared(byte[] buffer, uint number)
        {
            LittleEndian.WriteUInt32(buffer, 0, Magic);
            LittleEndian.WriteUInt32(buffer, 4, number);
            LittleEndian.WriteUInt32(buffer, 8, Crc32.Of(buffer, 0, 8));
        }

        /// <summary>Whether the first part is whole; sets <see cref="Number"/>.</summary>
        public bool TryReadPrepared(byte[] buffer, int offset)
        {
            if (LittleEndian.ReadUInt32(buffer, offset) != Magic || LittleEndian.ReadUInt32(buffer, offset + 8) != Crc32.Of(buffer, offset, 8))
            {
                return false;
            }

            Number = LittleEndian.ReadUInt32(buffer, offset + 4);
            return true;
        }

        /// <summary>Writes the whole head around the state that already stands at <see cref="StateOffset"/>; the caller programs from <see cref="PreparedBytes"/> on.</summary>
        public void Write(byte[] buffer)
        {
            WritePrepared(buffer, Number);
            LittleEndian.WriteUInt64(buffer, 12, NodeId);
            LittleEndian.WriteUInt32(buffer, 20, Epoch);
            LittleEndian.WriteUInt32(buffer, 24, FirstSequence);
            LittleEndian.WriteUInt32(buffer, 28, AcknowledgedUpTo);
            buffer[32] = (byte)StateCount;
            LittleEndian.WriteUInt32(buffer, FixedBytes + StateCount, Crc32.Of(buffer, 0, FixedBytes + StateCount));
        }

        /// <summary>Whether both parts are whole in <c>buffer[offset..offset + BytesMax)</c>; sets all fields.</summary>
        public bool TryReadOpen(byte[] buffer, int offset)
        {
            if (!TryReadPrepared(buffer, offset) || buffer[offset + 32] > StateBytesMax)
            {
                return false;
            }

            StateCount = buffer[offset + 32];
            int crcOffset = offset + FixedBytes + StateCount;
            if (LittleEndian.ReadUInt32(buffer, crcOffset) != Crc32.Of(buffer, offset, FixedBytes + StateCount))
            {
                return false;
            }

            NodeId = LittleEndian.ReadUInt64(buffer, offset + 12);
            Epoch = LittleEndian.ReadUInt32(buffer, offset + 20);
            FirstSequence = LittleEndian.ReadUInt32(buffer, offset + 24);
            AcknowledgedUpTo = LittleEndian.ReadUInt32(buffer, offset + 28);
            return true;
        }
    }
}
