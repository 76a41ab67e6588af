namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A coordinator's decision about a doubtful record, or a laboratory result. It is stored in the log of the host where it was made
    /// (<see cref="HostNode"/>) and travels like any record. The last decision about a record applies; <see cref="Undone"/> takes one back.
    /// <code>
    ///   0         1          9           17           21              25           33        34+w       35+w+n
    ///   +---------+----------+-----------+------------+---------------+------------+---------+----------+
    ///   | what u8 | UTC ms   | its node  | its epoch  | its sequence  | value u64  | w, who  | n, note  |
    ///   |         | u64      | u64       | u32        | u32           |            | UTF-8   | UTF-8    |
    ///   +---------+----------+-----------+------------+---------------+------------+---------+----------+
    /// </code>
    /// </summary>
    public sealed class Decided : RecordContent
    {
        /// <summary>The record is kept. Value: the CRC-32 of the correct frame if there are several; 0 for all of them.</summary>
        public const byte Keep = 1;

        /// <summary>The record does not count.</summary>
        public const byte Strike = 2;

        /// <summary>The records from this one on are permanently lost. Value: the sequence number of the last of them.</summary>
        public const byte GapAccepted = 3;

        /// <summary>Sets the time at which the record was made. Value: UTC in milliseconds.</summary>
        public const byte MadeAt = 4;

        /// <summary>Two epochs of the node were alive at once, and the coordinator accepts this.</summary>
        public const byte CloneAccepted = 5;

        /// <summary>The tube that the record opened is positive.</summary>
        public const byte Positive = 6;

        /// <summary>The records from this one on that come from a flash image are accepted. Value: the sequence number of the last of
        /// them.</summary>
        public const byte ImageAccepted = 7;
        public const byte Last = ImageAccepted;

        public const int WhoBytesMax = 32;
        public const int NoteBytesMax = 120;

        private const int TextOffset = 33;

        private static readonly byte[] s_none = new byte[0];
        private static readonly string[] s_names = { "none", "keep", "strike", "gap", "time", "clone", "positive", "image" };

        public byte What;
        public ulong UtcMs;

        /// <summary>The record that the decision is about.</summary>
        public ulong NodeId;
        public uint Epoch;
        public uint Sequence;

        public ulong Value;

        /// <summary>Who decided; UTF-8, at most <see cref="WhoBytesMax"/> bytes.</summary>
        public byte[] Who = s_none;

        /// <summary>Why; UTF-8, at most <see cref="NoteBytesMax"/> bytes.</summary>
        public byte[] Note = s_none;

        public override byte Type { get { return RecordType.Decided; } }

        /// <summary>The decision's name in commands and logs; "unknown" beyond <see cref="Last"/>.</summary>
        public static string Name(byte what)
        {
            return what <= Last ? s_names[what] : "unknown";
        }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = What;
            LittleEndian.WriteUInt64(buffer, offset + 1, UtcMs);
            LittleEndian.WriteUInt64(buffer, offset + 9, NodeId);
            LittleEndian.WriteUInt32(buffer, offset + 17, Epoch);
            LittleEndian.WriteUInt32(buffer, offset + 21, Sequence);
            LittleEndian.WriteUInt64(buffer, offset + 25, Value);
            offset = Text.Write(buffer, offset + TextOffset, Who, Who.Length);
            return Text.Write(buffer, offset, Note, Note.Length);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            int end = offset + count;
            int who = Text.Count(buffer, offset + TextOffset, end, WhoBytesMax);
            int note = who < 0 ? -1 : Text.Count(buffer, offset + TextOffset + 1 + who, end, NoteBytesMax);
            if (note < 0)
            {
                return false;
            }

            What = buffer[offset];
            UtcMs = LittleEndian.ReadUInt64(buffer, offset + 1);
            NodeId = LittleEndian.ReadUInt64(buffer, offset + 9);
            Epoch = LittleEndian.ReadUInt32(buffer, offset + 17);
            Sequence = LittleEndian.ReadUInt32(buffer, offset + 21);
            Value = LittleEndian.ReadUInt64(buffer, offset + 25);
            Who = Text.Slice(buffer, offset + TextOffset + 1, who);
            Note = Text.Slice(buffer, offset + TextOffset + 2 + who, note);
            return true;
        }
    }
}
