namespace FieldNode.Protocol
{
    /// <summary>
    /// How a node gets the roster of its site from its host, part by part. Both messages are tagged with HMAC-SHA256 under the node's key.
    /// <code>
    ///   request                                                          answer
    ///   0      4       8        16        20       24     56             0      4        12        14         16       18      20       24
    ///   +------+-------+--------+---------+--------+------+              +------+--------+---------+----------+--------+-------+--------+
    ///   | FNR1 | host  | node   | number, | first  | tag  |              | FNQ1 | node   | number, | people   | first  | count | CRC-32 |
    ///   |      | u32   | u64    | 0 0 0   | u32    | 32   |              |      | u64    | 0       | u16      | u16    | u16   | of all |
    ///   +------+-------+--------+---------+--------+------+              +------+--------+---------+----------+--------+-------+--------+
    ///                                                                    24          32                       32+6n
    ///                                                                    +-----------+------------------------+---------+
    ///                                                                    | first 8 of| n people of 6 bytes    | tag 32  |
    ///                                                                    | req's tag | each                   |         |
    ///                                                                    +-----------+------------------------+---------+
    ///   a person:  | CRC-32 of the code u32 | next of the household u16 |
    /// </code>
    /// People stand in the order of their check values. "Next" is the place of the next of the same household, the last one pointing to the
    /// first, so that one person leads to all. The number (1 to 255) tells one roster of a site from the one before; it also stands in each
    /// <see cref="Reply"/>.
    /// </summary>
    public static class RosterMessage
    {
        public const int RequestTagged = 24;
        public const int RequestBytes = RequestTagged + TagBytes;
        public const int TagBytes = 32;
        public const int EchoBytes = 8;
        public const int HeadBytes = 32;
        public const int PersonBytes = 6;

        /// <summary>Most people of one answer: it stays under 1 KiB, which is what a node reads of an answer.</summary>
        public const int PartMax = 150;

        /// <summary>Most people of a roster.</summary>
        public const int PeopleMax = 10000;
        public const int AnswerBytesMax = HeadBytes + PartMax * PersonBytes + TagBytes;

        private static readonly byte[] s_request = Text.Ascii("FNR1");
        private static readonly byte[] s_answer = Text.Ascii("FNQ1");

        /// <summary>Writes all but the tag.</summary>
        public static void WriteRequest(byte[] buffer, uint hostId, ulong nodeId, byte number, int first)
        {
            System.Array.Copy(s_request, buffer, 4);
            LittleEndian.WriteUInt32(buffer, 4, hostId);
            LittleEndian.WriteUInt64(buffer, 8, nodeId);
            LittleEndian.WriteUInt32(buffer, 16, number);
            LittleEndian.WriteUInt32(buffer, 20, (uint)first);
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

        public static uint FirstOf(byte[] request)
        {
            return LittleEndian.ReadUInt32(request, 20);
        }

        /// <summary>Writes the head of an answer; the people stand at <see cref="HeadBytes"/>. Returns the bytes that the tag covers.</summary>
        public static int WriteAnswer(byte[] buffer, byte[] request, byte number, int people, int first, int count, uint crc)
        {
            System.Array.Copy(s_answer, buffer, 4);
            LittleEndian.WriteUInt64(buffer, 4, NodeOf(request, true));
            LittleEndian.WriteUInt16(buffer, 12, number);
            LittleEndian.WriteUInt16(buffer, 14, (ushort)people);
            LittleEndian.WriteUInt16(buffer, 16, (ushort)first);
            LittleEndian.WriteUInt16(buffer, 18, (ushort)count);
            LittleEndian.WriteUInt32(buffer, 20, crc);
            System.Array.Copy(request, RequestTagged, buffer, 24, EchoBytes);
            return HeadBytes + count * PersonBytes;
        }

        /// <summary>Whether an answer belongs to a request and its lengths fit; its tag is the caller's to check, over all but the last 32 bytes.</summary>
        public static bool IsAnswerTo(byte[] request, byte[] answer, int answerCount)
        {
            return answerCount >= HeadBytes + TagBytes && answerCount <= AnswerBytesMax && answerCount <= answer.Length
                && Text.StartsWith(answer, 0, answerCount, s_answer)
                && NodeOf(answer, false) == NodeOf(request, true)
                && Text.Same(answer, 24, request, RequestTagged, EchoBytes)
                && LittleEndian.ReadUInt16(answer, 16) == FirstOf(request)
                && LittleEndian.ReadUInt16(answer, 14) <= PeopleMax
                && answerCount == HeadBytes + LittleEndian.ReadUInt16(answer, 18) * PersonBytes + TagBytes
                && LittleEndian.ReadUInt16(answer, 16) + LittleEndian.ReadUInt16(answer, 18) <= LittleEndian.ReadUInt16(answer, 14);
        }
    }
}
