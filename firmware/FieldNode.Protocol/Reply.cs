namespace FieldNode.Protocol
{
    /// <summary>
    /// The host's signed answer to a batch.
    /// <code>
    ///   0        4         12        16          20               24         32       40        42         43     44      45      48        52     56
    ///   +--------+---------+---------+-----------+----------------+----------+--------+---------+----------+------+-------+-------+---------+------+
    ///   | "FNA2" | node id | epoch   | held up   | acknowledged   | host UTC | echo   | problem | messages | 0    | roster| 0     | newest  | 0    |
    ///   |        | u64     | u32     | to u32    | up to u32      | ms u64   | 8 B    | u16     | u8       | u8   | u8    | 3 B   | order   | u32  |
    ///   +--------+---------+---------+-----------+----------------+----------+--------+---------+----------+------+-------+-------+---------+------+
    ///   from 56 on messages, each | kind u8 | sequence u32 | n u8 | n bytes of UTF-8 |, then the tag of 32 bytes
    /// </code>
    /// Held: the host has durably stored every record of this node and epoch from 1 up to here; the node continues after it. Acknowledged:
    /// the host can also read every record up to here, and the node may free them. Records in between wait for the key that opens them
    /// (<see cref="ProblemUnreadable"/>). Echo: the first 8 bytes of the batch's tag, so that an old answer cannot be used for a new batch.
    /// Newest order is 0 if none. Tag = HMAC-SHA256 under the node's reply key over everything before it.
    /// </summary>
    public sealed class Reply
    {
        public const int HeadBytes = 56;
        public const int TagBytes = 32;
        public const int EchoBytes = 8;
        public const int MessagesMax = 8;
        public const int TextBytesMax = 24;
        public const int BytesMax = HeadBytes + MessagesMax * (6 + TextBytesMax) + TagBytes;

        /// <summary>The host holds a different record under an identity of this batch; both are kept and flagged.</summary>
        public const ushort ProblemConflict = 1;

        /// <summary>The host knows another live epoch of this node: a cloned card, or two boxes with one identity.</summary>
        public const ushort ProblemTwoEpochs = 2;

        /// <summary>The host holds records whose people it cannot read, because it lacks the key of the card under which they were sealed.
        /// A new card supplies it.</summary>
        public const ushort ProblemUnreadable = 3;

        /// <summary>Message kind: the person of this record was already sampled this round; the text names the lane.</summary>
        public const byte MessageAlreadySampled = 1;

        /// <summary>Message kind: the tube of this record was already opened elsewhere this round; the text names the lane.</summary>
        public const byte MessageTubeElsewhere = 2;

        private const int MessagesOffset = 42;
        private const uint Magic = 0x32414E46; // "FNA2"

        public readonly byte[] Echo = new byte[EchoBytes];
        public readonly byte[] MessageKind = new byte[MessagesMax];
        public readonly uint[] MessageSequence = new uint[MessagesMax];
        public readonly byte[][] MessageText = MakeTexts();
        public readonly int[] MessageTextCount = new int[MessagesMax];

        public ulong NodeId;
        public uint Epoch;
        public uint HeldUpTo;
        public uint AcknowledgedUpTo;
        public ulong HostUtcMs;

        /// <summary>Number of the roster that the host has for the node's site (<see cref="RosterMessage"/>); 0 if none.</summary>
        public byte Roster;

        /// <summary>Number of the newest order for the node; 0 if none.</summary>
        public uint NewestOrder;
        public ushort Problem;
        public int MessageCount;

        /// <summary>Adds a message if there is room, its text cut at <see cref="TextBytesMax"/> bytes. The host's page shows what does not
        /// fit.</summary>
        public void AddMessage(byte kind, uint sequence, byte[] text)
        {
            if (MessageCount == MessagesMax)
            {
                return;
            }

            int count = text.Length > TextBytesMax ? TextBytesMax : text.Length;
            MessageKind[MessageCount] = kind;
            MessageSequence[MessageCount] = sequence;
            System.Array.Copy(text, 0, MessageText[MessageCount], 0, count);
            MessageTextCount[MessageCount] = count;
            MessageCount++;
        }

        /// <summary>Writes all but the tag; returns the number of bytes that the tag covers.</summary>
        public int Write(byte[] buffer)
        {
            LittleEndian.WriteUInt32(buffer, 0, Magic);
            LittleEndian.WriteUInt64(buffer, 4, NodeId);
            LittleEndian.WriteUInt32(buffer, 12, Epoch);
            LittleEndian.WriteUInt32(buffer, 16, HeldUpTo);
            LittleEndian.WriteUInt32(buffer, 20, AcknowledgedUpTo);
            LittleEndian.WriteUInt64(buffer, 24, HostUtcMs);
            System.Array.Copy(Echo, 0, buffer, 32, EchoBytes);
            LittleEndian.WriteUInt16(buffer, 40, Problem);
            buffer[MessagesOffset] = (byte)MessageCount;
            buffer[43] = 0;
            LittleEndian.WriteUInt32(buffer, 44, Roster);
            LittleEndian.WriteUInt32(buffer, 48, NewestOrder);
            LittleEndian.WriteUInt32(buffer, 52, 0);
            int offset = HeadBytes;
            for (int i = 0; i < MessageCount; i++)
            {
                buffer[offset] = MessageKind[i];
                LittleEndian.WriteUInt32(buffer, offset + 1, MessageSequence[i]);
                offset = Text.Write(buffer, offset + 5, MessageText[i], MessageTextCount[i]);
            }

            return offset;
        }

        /// <summary>Reads an answer of <paramref name="count"/> bytes. The caller checks the tag, over <c>count - TagBytes</c> bytes. False
        /// if the bytes are not a valid answer.</summary>
        public bool TryRead(byte[] buffer, int count)
        {
            if (count < HeadBytes + TagBytes || count > buffer.Length || LittleEndian.ReadUInt32(buffer, 0) != Magic
                || buffer[MessagesOffset] > MessagesMax)
            {
                return false;
            }

            NodeId = LittleEndian.ReadUInt64(buffer, 4);
            Epoch = LittleEndian.ReadUInt32(buffer, 12);
            HeldUpTo = LittleEndian.ReadUInt32(buffer, 16);
            AcknowledgedUpTo = LittleEndian.ReadUInt32(buffer, 20);
            HostUtcMs = LittleEndian.ReadUInt64(buffer, 24);
            System.Array.Copy(buffer, 32, Echo, 0, EchoBytes);
            Problem = LittleEndian.ReadUInt16(buffer, 40);
            MessageCount = buffer[MessagesOffset];
            Roster = buffer[44];
            NewestOrder = LittleEndian.ReadUInt32(buffer, 48);
            return ReadMessages(buffer, count - TagBytes);
        }

        private bool ReadMessages(byte[] buffer, int end)
        {
            int offset = HeadBytes;
            for (int i = 0; i < MessageCount; i++)
            {
                int textCount = offset + 5 < end ? Text.Count(buffer, offset + 5, end, TextBytesMax) : -1;
                if (textCount < 0)
                {
                    return false;
                }

                MessageKind[i] = buffer[offset];
                MessageSequence[i] = LittleEndian.ReadUInt32(buffer, offset + 1);
                System.Array.Copy(buffer, offset + 6, MessageText[i], 0, textCount);
                MessageTextCount[i] = textCount;
                offset += 6 + textCount;
            }

            return offset == end;
        }

        private static byte[][] MakeTexts()
        {
            byte[][] texts = new byte[MessagesMax][];
            for (int i = 0; i < MessagesMax; i++)
            {
                texts[i] = new byte[TextBytesMax];
            }

            return texts;
        }
    }
}
