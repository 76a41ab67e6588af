namespace FieldNode.Protocol
{
    /// <summary>
    /// What a node uploads and what a .fnlog file is a row of: consecutive frames of one node and epoch, and a tag.
    /// <code>
    ///   0        4         8          16        20           24          28        30        32          32+n      64+n
    ///   +--------+---------+----------+---------+------------+-----------+---------+---------+-----------+----------+
    ///   | "FNB1" | host id | node id  | epoch   | first      | ticks now | frames  | n       | frames    | tag      |
    ///   |        | u32     | u64      | u32     | sequence   | u32       | u16     | u16     |           | 32 bytes |
    ///   +--------+---------+----------+---------+------------+-----------+---------+---------+-----------+----------+
    /// </code>
    /// The digit in "FNB1" is the format version. Tag = HMAC-SHA256 under the node's key over everything before it.
    /// Frames are exactly those on flash, numbered first, first + 1, …; a batch never splits one.
    /// </summary>
    public sealed class Batch
    {
        public const int HeadBytes = 32;
        public const int TagBytes = 32;

        /// <summary>Most bytes of frames in one batch: the answer to "how much may a node send at once" on both sides.</summary>
        public const int FramesBytesMax = 4096;

        /// <summary>Most frames in one batch.</summary>
        public const int FramesMax = 200;

        public const int BytesMax = HeadBytes + FramesBytesMax + TagBytes;

        private const uint Magic = 0x31424E46; // "FNB1"

        public uint HostId;
        public ulong NodeId;
        public uint Epoch;
        public uint FirstSequence;

        /// <summary>The node's ticks when it made the batch.</summary>
        public uint TicksNow;
        public int FrameCount;
        public int FramesBytes;

        /// <summary>Bytes that the tag covers.</summary>
        public int TaggedBytes { get { return HeadBytes + FramesBytes; } }

        public int TotalBytes { get { return HeadBytes + FramesBytes + TagBytes; } }

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
        }

        /// <summary>
        /// Reads and checks the head, every length and every frame's CRC of the batch at <paramref name="offset"/>. The tag is the caller's to
        /// check. Returns <see cref="BatchFault.None"/> or the first fault met; <see cref="FrameCount"/> frames are then whole and in place.
        /// </summary>
        public byte TryRead(byte[] buffer, int offset, int end)
        {
            byte fault = TryReadHead(buffer, offset, end);
            return fault == BatchFault.None ? CheckFrames(buffer, offset + HeadBytes) : fault;
        }

        /// <summary>Reads the head alone and checks that the whole batch is there.</summary>
        public byte TryReadHead(byte[] buffer, int offset, int end)
        {
            if (end - offset < HeadBytes + TagBytes)
            {
                return BatchFault.Truncated;
            }

            if (LittleEndian.ReadUInt32(buffer, offset) != Magic)
            {
                return BatchFault.NotABatch;
            }

            HostId = LittleEndian.ReadUInt32(buffer, offset + 4);
            NodeId = LittleEndian.ReadUInt64(buffer, offset + 8);
            Epoch = LittleEndian.ReadUInt32(buffer, offset + 16);
            FirstSequence = LittleEndian.ReadUInt32(buffer, offset + 20);
            TicksNow = LittleEndian.ReadUInt32(buffer, offset + 24);
            FrameCount = LittleEndian.ReadUInt16(buffer, offset + 28);
            FramesBytes = LittleEndian.ReadUInt16(buffer, offset + 30);
            if (FrameCount > FramesMax || FramesBytes > FramesBytesMax || FirstSequence == 0 || FirstSequence + (uint)FrameCount < FirstSequence)
            {
                return BatchFault.BadHead;
            }

            return TotalBytes > end - offset ? BatchFault.Truncated : BatchFault.None;
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
