namespace FieldNode.Protocol
{
    /// <summary>
    /// How a node gets the roster of its site from its host, part by part. Both messages are tagged with HMAC-SHA256 under the node's key.
    /// <code>
    ///   request                                                          answer
    ///   0      4       8        16        20       24     56             0      4        12       32       36      38   40
    ///   +------+-------+--------+---------+--------+------+              +------+--------+--------+--------+-------+----+
    ///   | FNR2 | host  | node   | number, | offset | tag  |              | FNQ2 | node   | table  | offset | count | 0  |
    ///   |      | u32   | u64    | 0 0 0   | u32    | 32   |              |      | u64    | 20     | u32    | u16   |    |
    ///   +------+-------+--------+---------+--------+------+              +------+--------+--------+--------+-------+----+
    ///                                                                    40           48        64                64+n
    ///                                                                    +------------+---------+-----------------+---------+
    ///                                                                    | first 8 of | 0       | n bytes of the  | tag 32  |
    ///                                                                    | req's tag  | 16      | body            |         |
    ///                                                                    +------------+---------+-----------------+---------+
    /// </code>
    /// The table and its body: <see cref="RosterTable"/>. Its number also stands in each <see cref="Reply"/>. Who asks for number 0 gets what there
    /// is; a table with number 0 and nobody in it says that there is none. The 16 bytes that are 0 are kept
    /// for the initial vector of a body that is encrypted; byte 1 of the table tells how, 0: it is not.
    /// </summary>
    public static class RosterMessage
    {
        public const int RequestTagged = 24;
        public const int RequestBytes = RequestTagged + TagBytes;
        public const int TagBytes = 32;
        public const int EchoBytes = 8;
        public const int HeadBytes = 64;

        /// <summary>Most bytes of the body in one answer: it stays under 1 KiB, which is what a node reads of an answer.</summary>
        public const int PartMax = 900;

        public const int AnswerBytesMax = HeadBytes + PartMax + TagBytes;

        private const int TableAt = 12;
        private const int OffsetAt = 32;
        private const int CountAt = 36;
        private const int EchoAt = 40;
        private const int VectorAt = 48;
        private const int VectorBytes = 16;

        private static readonly byte[] s_request = Text.Ascii("FNR2");
        private static readonly byte[] s_answer = Text.Ascii("FNQ2");

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

        /// <summary>Which roster the node asks for; 0: whatever there is.</summary>
        public static byte NumberOf(byte[] request)
        {
            return request[16];
        }

        /// <summary>From which byte of the body on the node asks.</summary>
        public static uint OffsetOf(byte[] request)
        {
            return LittleEndian.ReadUInt32(request, 20);
        }

        /// <summary>Bytes of the body in an answer; they stand at <see cref="HeadBytes"/>.</summary>
        public static int CountOf(byte[] answer)
        {
            return LittleEndian.ReadUInt16(answer, CountAt);
        }

        /// <summary>Writes the head of an answer; the part of the body stands at <see cref="HeadBytes"/>. Returns the bytes that the tag covers.</summary>
        public static int WriteAnswer(byte[] buffer, byte[] request, RosterTable table, uint offset, int count)
        {
            System.Array.Copy(s_answer, buffer, 4);
            LittleEndian.WriteUInt64(buffer, 4, NodeOf(request, true));
            table.Write(buffer, TableAt);
            LittleEndian.WriteUInt32(buffer, OffsetAt, offset);
            LittleEndian.WriteUInt32(buffer, CountAt, (uint)count);
            System.Array.Copy(request, RequestTagged, buffer, EchoAt, EchoBytes);
            System.Array.Clear(buffer, VectorAt, VectorBytes);
            return HeadBytes + count;
        }

        /// <summary>
        /// Whether an answer belongs to a request, and its table and lengths fit; its tag is the caller's to check, over all but the last 32 bytes.
        /// </summary>
        public static bool TryReadAnswer(byte[] request, byte[] answer, int answerCount, RosterTable table)
        {
            return answerCount >= HeadBytes + TagBytes && answerCount <= AnswerBytesMax && answerCount <= answer.Length
                && Text.StartsWith(answer, 0, answerCount, s_answer)
                && NodeOf(answer, false) == NodeOf(request, true)
                && Text.Same(answer, EchoAt, request, RequestTagged, EchoBytes)
                && table.TryRead(answer, TableAt)
                && LittleEndian.ReadUInt32(answer, OffsetAt) == OffsetOf(request)
                && answerCount == HeadBytes + CountOf(answer) + TagBytes
                && (CountOf(answer) == 0 || OffsetOf(request) + CountOf(answer) <= table.BodyBytes); // none: the roster is shorter than that
        }
    }
}
