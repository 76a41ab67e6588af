namespace FieldNode.Protocol.Flash
{
    /// <summary>
    /// The head of a sector, in two parts. The first is programmed right after the erase and proves that the erase finished. The second is
    /// programmed together with the sector's first frame, when the sector comes into use.
    /// <code>
    ///   0         1          5            9
    ///   +---------+----------+------------+
    ///   | version | number   | CRC-32     |   prepared: erased, and this will be sector 'number'
    ///   | u8 = 3  | u32      | of 0..4    |
    ///   +---------+----------+------------+
    ///   9           11        19      23         27       43       45       …       …        …        …         …        9+n
    ///   +-----------+---------+-------+----------+--------+--------+-------+-------+--------+--------+---------+--------+--------+
    ///   | n, bytes  | node id | epoch | first    | seal   | its    | seal  | un-   | behind | offset | retired | lane's | CRC-32 |
    ///   | u16       | u64     | u32   | sequence | key    | check  | start | acked |        |        | sectors | state  | of 0.. |
    ///   +-----------+---------+-------+----------+--------+--------+-------+-------+--------+--------+---------+--------+--------+
    /// </code>
    /// Open: frames follow. n counts from offset 9 up to the CRC. The CRC leaves out the seal key and its check. The seal key is that of
    /// the sector's first record (<see cref="SealChain"/>); once the next sector is in use, the key is destroyed by clearing every bit. Its
    /// check is the low half of its CRC-32. Seal start: key u8, chain u8, check u32, and how many records before this sector it began, as a
    /// varint. Unacked, behind and offset are varints. Unacked: how many records before this sector the host has not acknowledged. Behind
    /// and offset: how many sectors before this one the first of them is, and its offset there; offset 0 is a sector's first frame. Retired
    /// sectors: a count (u8), then a varint per slot. Sector number s is in slot s mod (number of slots). Version 2 had no check in the
    /// seal start. Version 1 had no seals; its varints began at 27.
    /// </summary>
    public sealed class SectorHead
    {
        /// <summary>The flash format's version.</summary>
        public const byte Version = 3;

        private const byte Version1 = 1;
        private const byte Version2 = 2;
        private const int FirstVarint1 = 27;
        private const int CrcBytes = 4;
        private const int DistanceMax = 0x3FFF; // two bytes as a varint

        /// <summary>Offset of the version byte; clearing that byte releases the sector's contents.</summary>
        public const int VersionOffset = 0;

        public const int PreparedBytes = 9;
        public const int StateBytesMax = 338;

        /// <summary>Offset of the seal key and its check, and their length in bytes.</summary>
        public const int SealKeyOffset = 27;
        public const int SealKeyBytes = SealChain.KeyBytes + 2;

        private const int SealStartOffset = SealKeyOffset + SealKeyBytes;
        private const int SealCheckOffset = SealStartOffset + 2;
        private const int FirstVarint2 = SealCheckOffset;
        private const int FirstVarint = SealCheckOffset + 4;

        /// <summary>Most sectors of a ring: 24-bit flash addresses and 4 KiB sectors.</summary>
        public const int SectorsMax = 4096;

        /// <summary>The head and one frame fit into three 256-byte pages; on a lane in mid-day they need two.</summary>
        public const int BytesMax = FirstVarint + 2 * Varint.BytesMax + 2 + 2 + 1 + 2 * RetiredSectors.Max + StateBytesMax + CrcBytes;

        private byte _version;

        public uint Number;
        public ulong NodeId;
        public uint Epoch;
        public uint FirstSequence;
        public uint AcknowledgedUpTo;

        /// <summary>Number of the sector that holds the first unacknowledged record, and the record's offset there; 0 is the sector's first
        /// frame.</summary>
        public uint UnackedNumber;
        public int UnackedOffset;
        public readonly RetiredSectors Retired = new RetiredSectors();

        /// <summary>Where the seals of this sector begin.</summary>
        public readonly SealStart Seals = new SealStart();

        /// <summary>Offset of the lane's state from the head's first byte.</summary>
        public int StateOffset { get; private set; }

        public int StateCount { get; private set; }

        /// <summary>Bytes of the open head; frames begin here.</summary>
        public int Bytes { get { return StateOffset + StateCount + CrcBytes; } }

        /// <summary>Whether a buffer begins with the prepared part of this sector, but with the version cleared: the sector was released to
        /// be erased.</summary>
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
            LittleEndian.WriteUInt32(buffer, 5, Crc32.Compute(buffer, 0, 5));
        }

        /// <summary>Whether the first part is intact; if so, sets <see cref="Number"/>.</summary>
        public bool TryReadPrepared(byte[] buffer, int offset)
        {
            _version = buffer[offset];
            if (_version < Version1 || _version > Version
                || LittleEndian.ReadUInt32(buffer, offset + 5) != Crc32.Compute(buffer, offset, 5))
            {
                return false;
            }

            Number = LittleEndian.ReadUInt32(buffer, offset + 1);
            return true;
        }

        /// <summary>Writes everything before the lane's state; the caller then writes the state at <see cref="StateOffset"/> and calls
        /// <see cref="Finish"/>.</summary>
        /// <param name="chain">Holds the key of the sector's first record.</param>
        public void Begin(byte[] buffer, SealChain chain)
        {
            WritePrepared(buffer, Number);
            LittleEndian.WriteUInt64(buffer, 11, NodeId);
            LittleEndian.WriteUInt32(buffer, 19, Epoch);
            LittleEndian.WriteUInt32(buffer, 23, FirstSequence);
            chain.CopyKey(buffer, SealKeyOffset);
            LittleEndian.WriteUInt16(buffer, SealKeyOffset + SealChain.KeyBytes, KeyCheck(buffer, SealKeyOffset));
            buffer[SealStartOffset] = Seals.Key;
            buffer[SealStartOffset + 1] = Seals.Chain;
            LittleEndian.WriteUInt32(buffer, SealCheckOffset, Seals.Check);
            uint behind = Number - UnackedNumber;
            bool isFar = behind > DistanceMax || UnackedOffset > DistanceMax; // only a hint: without it the ring searches
            int offset = Varint.Write(buffer, FirstVarint, FirstSequence - Seals.Since);
            offset = Varint.Write(buffer, offset, FirstSequence - 1 - AcknowledgedUpTo);
            offset = Varint.Write(buffer, offset, isFar ? 0 : behind);
            offset = Varint.Write(buffer, offset, isFar ? 0u : (uint)UnackedOffset);
            StateOffset = Retired.Write(buffer, offset);
        }

        /// <summary>Writes the length and the CRC of a head whose state ends at <paramref name="stateEnd"/>.</summary>
        public void Finish(byte[] buffer, int stateEnd)
        {
            StateCount = stateEnd - StateOffset;
            LittleEndian.WriteUInt16(buffer, PreparedBytes, (ushort)(stateEnd - PreparedBytes));
            LittleEndian.WriteUInt32(buffer, stateEnd, CrcOf(buffer, 0, stateEnd));
        }

        /// <summary>Whether both parts are intact in <c>buffer[offset..offset + BytesMax)</c>; if so, sets all fields.</summary>
        public bool TryReadOpen(byte[] buffer, int offset)
        {
            if (!TryReadPrepared(buffer, offset))
            {
                return false;
            }

            int first = offset + (_version == Version1 ? FirstVarint1 : _version == Version2 ? FirstVarint2 : FirstVarint);
            int end = offset + PreparedBytes + LittleEndian.ReadUInt16(buffer, offset + PreparedBytes);
            if (end < first || end > offset + BytesMax - CrcBytes || LittleEndian.ReadUInt32(buffer, end) != CrcOf(buffer, offset, end))
            {
                return false;
            }

            uint sealedBefore = 0;
            uint unacked;
            uint behind;
            uint unackedOffset;
            int at = _version == Version1 ? first : Varint.TryRead(buffer, first, end, out sealedBefore);
            at = Varint.TryRead(buffer, at, end, out unacked);
            at = Varint.TryRead(buffer, at, end, out behind);
            at = Retired.TryRead(buffer, Varint.TryRead(buffer, at, end, out unackedOffset), end);
            if (at < 0 || end - at > StateBytesMax)
            {
                return false;
            }

            NodeId = LittleEndian.ReadUInt64(buffer, offset + 11);
            Epoch = LittleEndian.ReadUInt32(buffer, offset + 19);
            FirstSequence = LittleEndian.ReadUInt32(buffer, offset + 23);
            Seals.Set(SealStart.Plain, 0, 0, 0);
            if (_version != Version1)
            {
                uint check = _version == Version2 ? 0 : LittleEndian.ReadUInt32(buffer, offset + SealCheckOffset);
                Seals.Set(buffer[offset + SealStartOffset], buffer[offset + SealStartOffset + 1], FirstSequence - sealedBefore, check);
            }

            AcknowledgedUpTo = FirstSequence - 1 - unacked;
            UnackedNumber = Number - behind;
            UnackedOffset = (int)(unackedOffset & 0xFFFF);
            StateOffset = at - offset;
            StateCount = end - at;
            return true;
        }

        /// <summary>Whether the head's version has a field for a seal key.</summary>
        public static bool MayHaveSealKey(byte[] buffer, int offset)
        {
            return buffer[offset] == Version || buffer[offset] == Version2;
        }

        /// <summary>Whether the seal key of an open head is intact: neither destroyed nor damaged.</summary>
        public static bool HasSealKey(byte[] buffer, int offset)
        {
            int at = offset + SealKeyOffset;
            return MayHaveSealKey(buffer, offset) && LittleEndian.ReadUInt16(buffer, at + SealChain.KeyBytes) == KeyCheck(buffer, at);
        }

        // Not 0 for a key of zeros, so a destroyed key does not match its check.
        private static ushort KeyCheck(byte[] buffer, int at)
        {
            return (ushort)Crc32.Compute(buffer, at, SealChain.KeyBytes);
        }

        // Leaves out the seal key and its check, because the key is destroyed later.
        private static uint CrcOf(byte[] buffer, int offset, int end)
        {
            if (buffer[offset] == Version1)
            {
                return Crc32.Compute(buffer, offset, end - offset);
            }

            uint running = Crc32.Append(Crc32.Start, buffer, offset, SealKeyOffset);
            int behind = offset + SealKeyOffset + SealKeyBytes;
            return Crc32.Finish(Crc32.Append(running, buffer, behind, end - behind));
        }
    }
}
