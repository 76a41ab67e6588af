namespace FieldNode.Protocol
{
    /// <summary>
    /// One upload of a node: consecutive frames of one node and epoch, and a tag. A .fnlog file is a sequence of batches.
    /// <code>
    ///   0        4         8          16        20           24          28        30        32         40
    ///   +--------+---------+----------+---------+------------+-----------+---------+---------+----------+
    ///   | "FNB3" | host id | node id  | epoch   | first      | ticks now | frames  | n       | 0        |
    ///   |        | u32     | u64      | u32     | sequence   | u32       | u16     | u16     | 8 bytes  |
    ///   +--------+---------+----------+---------+------------+-----------+---------+---------+----------+
    ///   40           44         45           46      48           52          56         60      64           64+n      96+n
    ///   +------------+----------+------------+-------+------------+-----------+----------+-------+------------+----------+
    ///   | seals      | seals'   | seals'     | 0     | seals'     | lane's    | last     | 0     | frames     | tag      |
    ///   | since u32  | key u8   | chain u8   | u16   | check u32  | digest u32| order u32| u32   |            | 32 bytes |
    ///   +------------+----------+------------+-------+------------+-----------+----------+-------+------------+----------+
    /// </code>
    /// The digit in "FNB3" is the format version. Tag = HMAC-SHA256 under the node's batch key over everything before it. Frames are
    /// exactly those on flash, numbered first, first + 1, …; a batch never splits a frame, and one <see cref="SealStart"/> applies to all
    /// of them. Lane's digest and last order are 0 if the node has none. Fields drawn as 0 are written as zeros and ignored when read. In
    /// version 2 the head ended at 48 and had no check. In version 1 there were no seals, the frames began at 32, and the tag was made
    /// under the node's key itself. Both are read from files only; a host accepts only version 3 as an upload.
    /// </summary>
    public sealed class Batch
    {
        public const int HeadBytes = 64;
        public const int TagBytes = 32;
        private const int ReservedBytes = 8;

        /// <summary>Most bytes of frames in one batch; node and host share this limit.</summary>
        public const int FramesBytesMax = 4096;

        /// <summary>Most frames in one batch.</summary>
        public const int FramesMax = 200;

        public const int BytesMax = HeadBytes + FramesBytesMax + TagBytes;

        /// <summary>The format version written.</summary>
        public const int NewestVersion = 3;

        private const uint Magic = 0x33424E46; // "FNB3"; the version is in its highest byte
        private const uint MagicMask = 0x00FFFFFF;
        private const int Head2Bytes = 48;
        private const int Head1Bytes = 32;

        /// <summary>The chain that seals the frames; <see cref="SealStart.Plain"/> if they are not sealed.</summary>
        public readonly SealStart Seals = new SealStart();

        public uint HostId;
        public ulong NodeId;
        public uint Epoch;
        public uint FirstSequence;

        /// <summary>The node's ticks when it made the batch.</summary>
        public uint TicksNow;
        public int FrameCount;
        public int FramesBytes;

        /// <summary>Digest of the lane's state after the last frame; 0 if not reported.</summary>
        public uint LaneDigest;

        /// <summary>Number of the last host order that the node has carried out; 0 if none.</summary>
        public uint LastOrder;

        /// <summary>The format version that the batch was read in: 1 to <see cref="NewestVersion"/>.</summary>
        public int Version { get; private set; } = NewestVersion;

        /// <summary>Offset of the frames from the batch's first byte.</summary>
        public int FramesOffset { get { return Version == 1 ? Head1Bytes : Version == 2 ? Head2Bytes : HeadBytes; } }

        /// <summary>Bytes that the tag covers.</summary>
        public int TaggedBytes { get { return FramesOffset + FramesBytes; } }

        public int TotalBytes { get { return TaggedBytes + TagBytes; } }

        /// <summary>Whether the bytes at the offset begin like a batch of any version.</summary>
        public static bool BeginsAt(byte[] buffer, int offset, int end)
        {
            return end - offset >= 4 && IsMagic(LittleEndian.ReadUInt32(buffer, offset));
        }

        /// <summary>Writes the head; the frames must already be at <c>offset + HeadBytes</c>.</summary>
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
            System.Array.Clear(buffer, offset + 32, ReservedBytes);
            LittleEndian.WriteUInt32(buffer, offset + 40, Seals.Since);
            buffer[offset + 44] = Seals.Key;
            buffer[offset + 45] = Seals.Chain;
            LittleEndian.WriteUInt16(buffer, offset + 46, 0);
            LittleEndian.WriteUInt32(buffer, offset + 48, Seals.Check);
            LittleEndian.WriteUInt32(buffer, offset + 52, LaneDigest);
            LittleEndian.WriteUInt32(buffer, offset + 56, LastOrder);
            LittleEndian.WriteUInt32(buffer, offset + 60, 0);
        }

        /// <summary>
        /// Reads the batch at <paramref name="offset"/> and checks its head, every length and every frame's CRC. The caller checks the tag.
        /// Returns <see cref="BatchFault.None"/> if all <see cref="FrameCount"/> frames are intact and in place, otherwise the first fault
        /// found.
        /// </summary>
        public byte TryRead(byte[] buffer, int offset, int end)
        {
            byte fault = TryReadHead(buffer, offset, end);
            return fault == BatchFault.None ? CheckFrames(buffer, offset + FramesOffset) : fault;
        }

        /// <summary>Reads only the head, and checks that the whole batch is in the buffer.</summary>
        public byte TryReadHead(byte[] buffer, int offset, int end)
        {
            if (!BeginsAt(buffer, offset, end))
            {
                return end - offset < 4 ? BatchFault.Truncated : BatchFault.NotABatch;
            }

            Version = buffer[offset + 3] - '0';
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
            if (FrameCount > FramesMax || FramesBytes > FramesBytesMax || FirstSequence == 0
                || FirstSequence + (uint)FrameCount < FirstSequence
                || !ReadSeals(buffer, offset))
            {
                return BatchFault.BadHead;
            }

            return TotalBytes > end - offset ? BatchFault.Truncated : BatchFault.None;
        }

        private static bool IsMagic(uint magic)
        {
            uint version = (magic >> 24) - '0';
            return (magic & MagicMask) == (Magic & MagicMask) && version >= 1 && version <= NewestVersion;
        }

        private bool ReadSeals(byte[] buffer, int offset)
        {
            Seals.Set(SealStart.Plain, 0, 0, 0);
            LaneDigest = 0;
            LastOrder = 0;
            if (Version == 1)
            {
                return true;
            }

            uint check = Version == 2 ? 0 : LittleEndian.ReadUInt32(buffer, offset + 48);
            Seals.Set(buffer[offset + 44], buffer[offset + 45], LittleEndian.ReadUInt32(buffer, offset + 40), check);
            if (Version > 2)
            {
                LaneDigest = LittleEndian.ReadUInt32(buffer, offset + 52);
                LastOrder = LittleEndian.ReadUInt32(buffer, offset + 56);
            }

            return Seals.Key == SealStart.Plain || Seals.Key == SealStart.Unknown
                ? Seals.Since == 0 && Seals.Chain == 0 && Seals.Check == 0
                : Seals.Since != 0 && Seals.Since <= FirstSequence;
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

    /// <summary>Why bytes are not a valid batch.</summary>
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
