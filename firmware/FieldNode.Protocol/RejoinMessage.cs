namespace FieldNode.Protocol
{
    /// <summary>
    /// How a node rejoins a host that has lost the node's key, because it was restored from a backup made before the claim was traded. The
    /// node returns the ticket that it got with its key (<see cref="ClaimMessage"/>), which only that host can open, and proves that it has
    /// the key. Both messages are tagged with HMAC-SHA256 under the rejoin key (<see cref="LinkKeys"/>).
    /// <code>
    ///   request                                                         answer
    ///   0      4        8         16     17     20         148   180    0      4         12           20    52
    ///   +------+--------+---------+------+------+----------+------+     +------+---------+------------+------+
    ///   | FNJ3 | host   | node    | n    | 0    | ticket   | tag  |     | FNL3 | node    | first of   | tag  |
    ///   |      | u32    | u64     | u8   | 3 B  | n of 128 | 32   |     |      | u64     | request's  | 32   |
    ///   +------+--------+---------+------+------+----------+------+     |      |         | tag, 8     |      |
    ///                                                                   +------+---------+------------+------+
    /// </code>
    /// Repeating a request gets the same answer.
    /// </summary>
    public static class RejoinMessage
    {
        public const int TagBytes = 32;
        public const int RequestTagged = 148;
        public const int RequestBytes = RequestTagged + TagBytes;
        public const int AnswerTagged = 20;
        public const int AnswerBytes = AnswerTagged + TagBytes;
        public const int EchoBytes = 8;

        private const int TicketCount = 16;
        private const int Ticket = 20;
        private const int AnswerEcho = 12;

        private static readonly byte[] s_request = Text.Ascii("FNJ3");
        private static readonly byte[] s_answer = Text.Ascii("FNL3");

        /// <summary>Writes all but the tag.</summary>
        public static void WriteRequest(byte[] buffer, uint hostId, ulong nodeId, byte[] ticket)
        {
            System.Array.Clear(buffer, 0, RequestTagged);
            System.Array.Copy(s_request, buffer, 4);
            LittleEndian.WriteUInt32(buffer, 4, hostId);
            LittleEndian.WriteUInt64(buffer, 8, nodeId);
            buffer[TicketCount] = (byte)ticket.Length;
            System.Array.Copy(ticket, 0, buffer, Ticket, ticket.Length);
        }

        public static bool IsRequest(byte[] buffer, int count)
        {
            return count == RequestBytes && Text.StartsWith(buffer, 0, count, s_request)
                && buffer[TicketCount] <= ClaimMessage.TicketBytesMax;
        }

        public static uint HostOf(byte[] request)
        {
            return LittleEndian.ReadUInt32(request, 4);
        }

        public static ulong NodeOf(byte[] request)
        {
            return LittleEndian.ReadUInt64(request, 8);
        }

        public static byte[] TicketOf(byte[] request)
        {
            return Text.Slice(request, Ticket, request[TicketCount]);
        }

        /// <summary>Writes all but the tag.</summary>
        public static void WriteAnswer(byte[] buffer, byte[] request)
        {
            System.Array.Copy(s_answer, buffer, 4);
            System.Array.Copy(request, 8, buffer, 4, 8);
            System.Array.Copy(request, RequestTagged, buffer, AnswerEcho, EchoBytes);
        }

        /// <summary>Whether bytes are an answer to this request; the caller checks the tag.</summary>
        public static bool IsAnswerTo(byte[] request, byte[] answer, int count)
        {
            return count == AnswerBytes && Text.StartsWith(answer, 0, count, s_answer) && Text.Same(answer, 4, request, 8, 8)
                && Text.Same(answer, AnswerEcho, request, RequestTagged, EchoBytes);
        }
    }
}
