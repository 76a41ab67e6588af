namespace FieldNode.Protocol
{
    /// <summary>
    /// How a node gets the roster of its site from its host, in parts. Both messages are tagged with HMAC-SHA256 under the node's key.
    /// <code>
    ///   request                                                          answer
    ///   0      4       8        16        20       24     56             0      4        12       32       36      38   40
    ///   +------+-------+--------+---------+--------+------+              +------+--------+--------+--------+-------+----+
    ///   | FNR2 | host  | node   | number, | offset | tag  |              | FNQ2 | node   | table  | offset | count | 0  |
    ///   |      | u32   | u64    | 0 0 0   | u32    | 32   |              |      | u64    | 20     | u32    | u16   |    |
    ///   +------+-------+--------+---------+--------+------+              +------+--------+--------+--------+-------+----+
    ///                                                                    40           48        64                64+n
    ///                                                                    +------------+---------+-----------------+---------+
    ///                                                                    | first 8 of | salt    | n bytes of the  | tag 32  |
    ///                                                                    | req's tag  | 16      | body            |         |
    ///                                                                    +------------+---------+-----------------+---------+
    /// </code>
    /// The table and its body: <see cref="RosterTable"/>. Each <see cref="Reply"/> also contains the table's number. A request for number 0
    /// gets the newest table; a table with number 0 and no people means that there is no roster. The table's key is masked by HMAC(key,
    /// "table", salt), and byte 1 of the table is 1, so that people cannot be read from a body without the key.
    /// </summary>
    public static class RosterMessage
    {
        public const int RequestTagged = 24;
        public const int RequestBytes = RequestTagged + TagBytes;
        public const int TagBytes = 32;
        public const int EchoBytes = 8;
        public const int HeadBytes = 64;

        /// <summary>Length of the salt: random bytes, different in each answer.</summary>
        public const int SaltBytes = 16;

        /// <summary>Most bytes of the body in one answer. The answer stays under 1 KiB, the most that a node reads of one.</summary>
        public const int PartMax = 900;

        public const int AnswerBytesMax = HeadBytes + PartMax + TagBytes;

        private const int TableAt = 12;
        private const int OffsetAt = 32;
        private const int CountAt = 36;
        private const int EchoAt = 40;
        private const int SaltAt = 48;
        private const int MaskedAt = TableAt + 1;
        private const int TableKeyAt = TableAt + 8;
        private const int TableKeyBytes = 8;

        private static readonly byte[] s_request = Text.Ascii("FNR2");
        private static readonly byte[] s_answer = Text.Ascii("FNQ2");
        private static readonly byte[] s_mask = Text.Ascii("table");

        /// <summary>Writes all but the tag.</summary>
        public static void WriteRequest(byte[] buffer, uint hostId, ulong nodeId, byte number, int offset)
        {
            System.Array.Copy(s_request, buffer, 4);
            LittleEndian.WriteUInt32(buffer, 4, hostId);
            LittleEndian.WriteUInt64(buffer, 8, nodeId);
            LittleEndian.WriteUInt32(buffer, 16, number);
            LittleEndian.WriteUInt32(buffer, 20, (uint)offset);
        }

        public static bool IsRequest(byte[] buffer, int count)
        {
            return count == RequestBytes && Text.StartsWith(buffer, 0, count, s_request);
        }

        public static uint HostOf(byte[] request)
        {
            return LittleEndian.ReadUInt32(request, 4);
        }

        public static ulong NodeOf(byte[] message, bool isRequest)
        {
            return LittleEndian.ReadUInt64(message, isRequest ? 8 : 4);
        }

        /// <summary>Number of the roster that the node asks for; 0 for the newest.</summary>
        public static byte NumberOf(byte[] request)
        {
            return request[16];
        }

        /// <summary>Offset in the body from which the node asks.</summary>
        public static uint OffsetOf(byte[] request)
        {
            return LittleEndian.ReadUInt32(request, 20);
        }

        /// <summary>Number of body bytes in an answer; they begin at <see cref="HeadBytes"/>.</summary>
        public static int CountOf(byte[] answer)
        {
            return LittleEndian.ReadUInt16(answer, CountAt);
        }

        /// <summary>Writes the head of an answer; the part of the body goes at <see cref="HeadBytes"/>. Returns the number of bytes that
        /// the tag covers.</summary>
        /// <param name="key">The node's roster key (<see cref="LinkKeys"/>).</param>
        /// <param name="salt"><see cref="SaltBytes"/> random bytes.</param>
        public static int WriteAnswer(byte[] buffer, byte[] request, RosterTable table, uint offset, int count, ITags tags,
            byte[] key, byte[] salt)
        {
            System.Array.Copy(s_answer, buffer, 4);
            LittleEndian.WriteUInt64(buffer, 4, NodeOf(request, true));
            table.Write(buffer, TableAt);
            LittleEndian.WriteUInt32(buffer, OffsetAt, offset);
            LittleEndian.WriteUInt32(buffer, CountAt, (uint)count);
            System.Array.Copy(request, RequestTagged, buffer, EchoAt, EchoBytes);
            System.Array.Copy(salt, 0, buffer, SaltAt, SaltBytes);
            buffer[MaskedAt] = 1;
            Mask(buffer, tags, key);
            return HeadBytes + count;
        }

        /// <summary>Whether an answer belongs to a request. The caller checks the tag, over all but the last 32 bytes, and then the
        /// table.</summary>
        public static bool IsAnswerTo(byte[] request, byte[] answer, int answerCount)
        {
            return answerCount >= HeadBytes + TagBytes && answerCount <= AnswerBytesMax && answerCount <= answer.Length
                && Text.StartsWith(answer, 0, answerCount, s_answer)
                && NodeOf(answer, false) == NodeOf(request, true)
                && Text.Same(answer, EchoAt, request, RequestTagged, EchoBytes)
                && LittleEndian.ReadUInt32(answer, OffsetAt) == OffsetOf(request)
                && answerCount == HeadBytes + CountOf(answer) + TagBytes;
        }

        /// <summary>Reads the table of an answer whose tag is valid, and unmasks its key in place. False if the table is invalid or the
        /// part of the body does not fit it.</summary>
        public static bool TryReadTable(byte[] answer, RosterTable table, ITags tags, byte[] key)
        {
            if (answer[MaskedAt] != 1)
            {
                return false;
            }

            Mask(answer, tags, key);
            answer[MaskedAt] = 0;
            return table.TryRead(answer, TableAt)
                // no bytes: the roster ends before the offset
                && (CountOf(answer) == 0 || LittleEndian.ReadUInt32(answer, OffsetAt) + CountOf(answer) <= table.BodyBytes);
        }

        // An XOR: applied once it masks, applied twice it unmasks.
        private static void Mask(byte[] answer, ITags tags, byte[] key)
        {
            byte[] input = new byte[s_mask.Length + SaltBytes];
            System.Array.Copy(s_mask, input, s_mask.Length);
            System.Array.Copy(answer, SaltAt, input, s_mask.Length, SaltBytes);
            byte[] mask = NodeKeys.Derive(tags, key, input);
            for (int i = 0; i < TableKeyBytes; i++)
            {
                answer[TableKeyAt + i] ^= mask[i];
            }
        }
    }
}
