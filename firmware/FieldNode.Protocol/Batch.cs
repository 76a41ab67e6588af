namespace FieldNode.Protocol
{
    /// <summary>
    /// What a node uploads and what a .fnlog file is a row of: consecutive frames of one node and epoch, and a tag.
    /// <code>
    ///   0        4         8          16        20           24          28        30        32
    ///   +--------+---------+----------+---------+------------+-----------+---------+---------+
    ///   | "FNB2" | host id | node id  | epoch   | first      | ticks now | frames  | n       |
    ///   |        | u32     | u64      | u32     | sequence   | u32       | u16     | u16     |
    ///   +--------+---------+----------+---------+------------+-----------+---------+---------+
    ///   32         40           44         45           46       48           48+n      80+n
    ///   +----------+------------+----------+------------+--------+------------+----------+
    ///   | previous | seals      | seals'   | seals'     | 0      | frames     | tag      |
    ///   | 8 bytes  | since u32  | key u8   | chain u8   | u16    |            | 32 bytes |
    ///   +----------+------------+----------+------------+--------+------------+----------+
    /// </code>
    /// The digit in "FNB2" is the format version. Tag = HMAC-SHA256 under the node's batch key over everything before it. Frames are exactly
    /// those on flash, numbered first, first + 1, …; a batch never splits one, and one <see cref="SealStart"/> holds for all of them. Previous:
    /// the first bytes of the tag of the batch that the host answered before this one, in the same start; zeros for the first. Version 1 had
    /// neither previous nor seals, its frames began at 32, and its tag was made under the node's key itself.
    /// </summary>
    public sealed class Batch
    {
        public const int HeadBytes = 48;
        public const int TagBytes = 32;
        public const int PreviousBytes = 8;

        /// <summary>Most bytes of frames in one batch: the answer to "how much may a node send at once" on both sides.</summary>
        public const int FramesBytesMax = 4096;

        /// <summary>Most frames in one batch.</summary>
        public const int FramesMax = 200;

        public const int BytesMax = HeadBytes + FramesBytesMax + TagBytes;

        private const uint Magic = 0x32424E46; // "FNB2"
        private const uint Magic1 = 0x31424E46;
        private const int Head1Bytes = 32;

        public readonly byte[] Previous = new byte[PreviousBytes];

        /// <summary>The chain that the frames' seals are of; <see cref="SealStart.Plain"/>: they have none.</summary>
        public readonly SealStart Seals = new SealStart();

        public uint HostId;
        public ulong NodeId;
        public uint Epoch;
        public uint FirstSequence;

        /// <summary>The node's ticks when it made the batch.</summary>
        public uint TicksNow;
        public int FrameCount;
        public int FramesBytes;

        /// <summary>It came in version 1.</summary>
        public bool IsVersion1 { get; private set; }

        /// <summary>Where the frames begin, from the batch's first byte on.</summary>
        public int FramesOffset { get { return IsVersion1 ? Head1Bytes : HeadBytes; } }

        /// <summary>Bytes that the tag covers.</summary>
        public int TaggedBytes { get { return FramesOffset + FramesBytes; } }

        public int TotalBytes { get { return TaggedBytes + TagBytes; } }

        /// <summary>Whether a batch of any version may begin here.</summary>
        public static bool BeginsAt(byte[] buffer, int offset, int end)
        {
            return end - offset >= 4 && IsMagic(LittleEndian.ReadUInt32(buffer, offset));
        }

        /// <summary>Writes the head before frames that already stand at <c>offset + HeadBytes</c>.</summary>
        public void WriteHead(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt32(buffer, offset, Magic);
            LittleEndian.WriteUInt32(buffer, offset + 4, HostId);
            LittleEndian.WriteUInt64(buffer, offset + 8, NodeId);
            LittleEndian.WriteUInt32(buffer, offset + 16, Epoch);
            LittleEndian.WriteUInt32(buffer, offset + 20, FirstSequence);
            LittleEndian.WriteUInt32(buffer, offset + 24, TicksNow);
            LittleEndian.WriteUInt16(buffer, offset + 28, (ushort)FrameCount);
            LittleEndian.WriteUInt16(buffer, offset + 30, (ushort)FramesBytes);
            System.Array.Copy(Previous, 0, buffer, offset + 32, PreviousBytes);
            LittleEndian.WriteUInt32(buffer, offset + 40, Seals.Since);
            buffer[offset + 44] = Seals.Key;
            buffer[offset + 45] = Seals.Chain;
            LittleEndian.WriteUInt16(buffer, offset + 46, 0);
        }

        /// <summary>
        /// Reads and checks the head, every length and every frame's CRC of the batch at <paramref name="offset"/>. The tag is the caller's to
        /// check. Returns <see cref="BatchFault.None"/> or the first fault met; <see cref="FrameCount"/> frames are then whole and in place.
        /// </summary>
        public byte TryRead(byte[] buffer, int offset, int end)
        {
            byte fault = TryReadHead(buffer, offset, end);
            return fault == BatchFault.None ? CheckFrames(buffer, offset + FramesOffset) : fault;
        }

        /// <summary>Reads the head alone and checks that the whole batch is there.</summary>
        public byte TryReadHead(byte[] buffer, int offset, int end)
        {
            if (!BeginsAt(buffer, offset, end))
            {
                return end - offset < 4 ? BatchFault.Truncated : BatchFault.NotABatch;
            }

            IsVersion1 = LittleEndian.ReadUInt32(buffer, offset) == Magic1;
            if (end - offset < FramesOffset + TagBytes)
            {
                return BatchFault.Truncated;
            }

            HostId = LittleEndian.ReadUInt32(buffer, offset + 4);
            NodeId = LittleEndian.ReadUInt64(buffer, offset + 8);
            Epoch = LittleEndian.ReadUInt32(buffer, offset + 16);
            FirstSequence = LittleEndian.ReadUInt32(buffer, offset + 20);
            TicksNow = LittleEndian.ReadUInt32(buffer, offset + 24);
            FrameCount = LittleEndian.ReadUInt16(buffer, offset + 28);
            FramesBytes = LittleEndian.ReadUInt16(buffer, offset + 30);
            if (FrameCount > FramesMax || FramesBytes > FramesBytesMax || FirstSequence == 0 || FirstSequence + (uint)FrameCount < FirstSequence || !ReadSeals(buffer, offset))
            {
                return BatchFault.BadHead;
            }

            return TotalBytes > end - offset ? BatchFault.Truncated : BatchFault.None;
        }

        private static bool IsMagic(uint magic)
        {
            return magic == Magic || magic == Magic1;
        }

        private bool ReadSeals(byte[] buffer, int offset)
        {
            System.Array.Clear(Previous, 0, PreviousBytes);
            Seals.Set(SealStart.Plain, 0, 0);
            if (IsVersion1)
            {
                return true;
            }

            System.Array.Copy(buffer, offset + 32, Previous, 0, PreviousBytes);
            Seals.Set(buffer[offset + 44], buffer[offset + 45], LittleEndian.ReadUInt32(buffer, offset + 40));
            bool isInPlace = Seals.Key == SealStart.Plain || Seals.Key == SealStart.Unknown ? Seals.Since == 0 && Seals.Chain == 0 : Seals.Since != 0 && Seals.Since <= FirstSequence;
            return isInPlace && LittleEndian.ReadUInt16(buffer, offset + 46) == 0;
        }

        private byte CheckFrames(byte[] buffer, int offset)
        {
            int end = offset + FramesBytes;
            for (int i = 0; i < FrameCount; i++)
            {
                int bytes = Frame.Check(buffer, offset, end, Epoch, FirstSequence + (uint)i);
                if (bytes == 0)
                {
                    return BatchFault.BadFrame;
                }

                if (Frame.Type(buffer, offset) >= RecordType.FirstLocal)
                {
                    return BatchFault.LocalFrame;
                }

                offset += bytes;
            }

            return offset == end ? BatchFault.None : BatchFault.BadHead;
        }
    }

    /// <summary>Why bytes are not a batch.</summary>
    public static class BatchFault
    {
        public const byte None = 0;
        public const byte Truncated = 1;
        public const byte NotABatch = 2;
        public const byte BadHead = 3;
        public const byte BadFrame = 4;
        public const byte LocalFrame = 5;
    }
}
