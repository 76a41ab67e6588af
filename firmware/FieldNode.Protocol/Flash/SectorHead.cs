namespace FieldNode.Protocol.Flash
{
    /// <summary>
    /// The head of a sector, in two parts. The first is programmed right after the erase and proves that it finished; the second goes out
    /// together with the sector's first frame, when the sector comes into use.
    /// <code>
    ///   0         1          5            9
    ///   +---------+----------+------------+
    ///   | version | number   | CRC-32     |   prepared: erased, and this will be sector 'number'
    ///   | u8 = 1  | u32      | of 0..4    |
    ///   +---------+----------+------------+
    ///   9           11        19      23         27       …        …        …         …        9+n
    ///   +-----------+---------+-------+----------+--------+--------+--------+---------+--------+--------+
    ///   | n, bytes  | node id | epoch | first    | un-    | behind | offset | retired | lane's | CRC-32 |   open: frames follow
    ///   | u16       | u64     | u32   | sequence | acked  |        |        | sectors | state  | of 0.. |
    ///   +-----------+---------+-------+----------+--------+--------+--------+---------+--------+--------+
    /// </code>
    /// n counts from offset 9 up to the CRC. Unacked, behind and offset are varints: how many records before this sector the host has not
    /// acknowledged, how many sectors before this one the first of them lies, and at which offset there; offset 0 is a sector's first
    /// frame. Retired sectors: a count (u8), then a varint for each slot. Sector number s lies in slot s mod (number of slots).
    /// </summary>
    public sealed class SectorHead
    {
        /// <summary>The flash format's version.</summary>
        public const byte Version = 1;

        /// <summary>Of the version byte; cleared, it releases what the sector holds.</summary>
        public const int VersionOffset = 0;

        public const int PreparedBytes = 9;
        public const int StateBytesMax = 408;

        /// <summary>Most sectors of a ring: 24-bit flash addresses and 4 KiB sectors.</summary>
        public const int SectorsMax = 4096;

        /// <summary>Head and one frame fit into three 256-byte pages; a lane in mid-day needs two.</summary>
        public const int BytesMax = FirstVarint + Varint.BytesMax + 2 + 2 + 1 + 2 * RetiredSectors.Max + StateBytesMax + CrcBytes;

        private const int FirstVarint = 27;
        private const int CrcBytes = 4;
        private const int DistanceMax = 0x3FFF; // two bytes as a varint

        public uint Number;
        public ulong NodeId;
        public uint Epoch;
        public uint FirstSequence;
        public uint AcknowledgedUpTo;

        /// <summary>Number of the sector that holds the first record not acknowledged, and its offset there; 0 is the sector's first frame.</summary>
        public uint UnackedNumber;
        public int UnackedOffset;
        public readonly RetiredSectors Retired = new RetiredSectors();

        /// <summary>Where the lane's state lies, from the head's first byte on.</summary>
        public int StateOffset { get; private set; }

        public int StateCount { get; private set; }

        /// <summary>Bytes of the open head; frames begin here.</summary>
        public int Bytes { get { return StateOffset + StateCount + CrcBytes; } }

        /// <summary>Whether the mark of this sector stands at the start of a buffer with its version cleared: released to be erased.</summary>
        public static bool IsReleased(byte[] buffer, uint number)
        {
            byte[] mark = new byte[PreparedBytes];
            WritePrepared(mark, number);
            mark[VersionOffset] = Frame.Cleared;
            return Text.Same(mark, 0, buffer, 0, PreparedBytes);
        }

        public static void WritePrepared(byte[] buffer, uint number)
        {
            buffer[0] = Version;
            LittleEndian.WriteUInt32(buffer, 1, number);
            LittleEndian.WriteUInt32(buffer, 5, Crc32.Of(buffer, 0, 5));
        }

        /// <summary>Whether the first part is whole; sets <see cref="Number"/>.</summary>
        public bool TryReadPrepared(byte[] buffer, int offset)
        {
            if (buffer[offset] != Version || LittleEndian.ReadUInt32(buffer, offset + 5) != Crc32.Of(buffer, offset, 5))
            {
                return false;
            }

            Number = LittleEndian.ReadUInt32(buffer, offset + 1);
            return true;
        }

        /// <summary>Writes all that comes before the lane's state; the caller writes the state at <see cref="StateOffset"/> and then calls <see cref="Finish"/>.</summary>
        public void Begin(byte[] buffer)
        {
            WritePrepared(buffer, Number);
            LittleEndian.WriteUInt64(buffer, 11, NodeId);
            LittleEndian.WriteUInt32(buffer, 19, Epoch);
            LittleEndian.WriteUInt32(buffer, 23, FirstSequence);
            uint behind = Number - UnackedNumber;
            bool isFar = behind > DistanceMax || UnackedOffset > DistanceMax; // a hint: without it the ring searches
            int offset = Varint.Write(buffer, FirstVarint, FirstSequence - 1 - AcknowledgedUpTo);
            offset = Varint.Write(buffer, offset, isFar ? 0 : behind);
            offset = Varint.Write(buffer, offset, isFar ? 0u : (uint)UnackedOffset);
            StateOffset = Retired.Write(buffer, offset);
        }

        /// <summary>Writes length and CRC around a state that ends at <paramref name="stateEnd"/>.</summary>
        public void Finish(byte[] buffer, int stateEnd)
        {
            StateCount = stateEnd - StateOffset;
            LittleEndian.WriteUInt16(buffer, PreparedBytes, (ushort)(stateEnd - PreparedBytes));
            LittleEndian.WriteUInt32(buffer, stateEnd, Crc32.Of(buffer, 0, stateEnd));
        }

        /// <summary>Whether both parts are whole in <c>buffer[offset..offset + BytesMax)</c>; sets all fields.</summary>
        public bool TryReadOpen(byte[] buffer, int offset)
        {
            if (!TryReadPrepared(buffer, offset))
            {
                return false;
            }

            int end = offset + PreparedBytes + LittleEndian.ReadUInt16(buffer, offset + PreparedBytes);
            if (end < offset + FirstVarint || end > offset + BytesMax - CrcBytes || LittleEndian.ReadUInt32(buffer, end) != Crc32.Of(buffer, offset, end - offset))
            {
                return false;
            }

            uint unacked;
            uint behind;
            uint unackedOffset;
            int at = Varint.TryRead(buffer, offset + FirstVarint, end, out unacked);
            at = Varint.TryRead(buffer, at, end, out behind);
            at = Retired.TryRead(buffer, Varint.TryRead(buffer, at, end, out unackedOffset), end);
            if (at < 0 || end - at > StateBytesMax)
            {
                return false;
            }

            NodeId = LittleEndian.ReadUInt64(buffer, offset + 11);
            Epoch = LittleEndian.ReadUInt32(buffer, offset + 19);
            FirstSequence = LittleEndian.ReadUInt32(buffer, offset + 23);
            AcknowledgedUpTo = FirstSequence - 1 - unacked;
            UnackedNumber = Number - behind;
            UnackedOffset = (int)(unackedOffset & 0xFFFF);
            StateOffset = at - offset;
            StateCount = end - at;
            return true;
        }
    }
}
