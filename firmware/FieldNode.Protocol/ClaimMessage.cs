namespace FieldNode.Protocol
{
    /// <summary>
    /// How a node trades the claim on its card for its key, once. Both messages are tagged with HMAC-SHA256 under the claim. The key itself
    /// is never sent: both sides derive it from the claim and two random numbers, so a card found later reveals nothing. Someone who has
    /// the card and reads both messages can derive the key, so the messages go over TLS (docs/threats.md). What the key is used for:
    /// <see cref="NodeKeys"/>.
    /// <code>
    ///   request                                                    answer
    ///   0      4        8         16         32       48    80     0      4         12         28           36     37     40         168      184   216
    ///   +------+--------+---------+----------+--------+------+     +------+---------+----------+------------+------+------+----------+--------+------+
    ///   | FNC3 | host   | node    | node's   | 0      | tag  |     | FNK3 | node    | host's   | first of   | n    | 0    | ticket   | 0      | tag  |
    ///   |      | u32    | u64     | nonce 16 | 16 B   | 32   |     |      | u64     | nonce 16 | request's  | u8   | 3 B  | n of 128 | 16 B   | 32   |
    ///   +------+--------+---------+----------+--------+------+     |      |         |          | tag, 8     |      |      |          |        |      |
    ///                                                              +------+---------+----------+------------+------+------+----------+--------+------+
    /// </code>
    /// key = HMAC-SHA256(claim, "FieldNode key 2" and both nonces). Repeating a request gets the same answer, because an answer may be
    /// lost. Only the host can use the ticket; the node keeps it and returns it to a host that has lost the key
    /// (<see cref="RejoinMessage"/>).
    /// </summary>
    public static class ClaimMessage
    {
        public const int NonceBytes = 16;
        public const int KeyBytes = 32;
        public const int TagBytes = 32;
        public const int RequestTagged = 48;
        public const int RequestBytes = RequestTagged + TagBytes;
        public const int AnswerTagged = 184;
        public const int AnswerBytes = AnswerTagged + TagBytes;
        public const int EchoBytes = 8;
        public const int TicketBytesMax = 128;

        private const int RequestNonce = 16;
        private const int AnswerNonce = 12;
        private const int AnswerEcho = 28;
        private const int AnswerTicket = 40;

        private static readonly byte[] s_request = Text.Ascii("FNC3");
        private static readonly byte[] s_answer = Text.Ascii("FNK3");
        private static readonly byte[] s_label = Text.Ascii("FieldNode key 2");

        /// <summary>Writes all but the tag.</summary>
        public static void WriteRequest(byte[] buffer, uint hostId, ulong nodeId, byte[] nonce)
        {
            System.Array.Copy(s_request, buffer, 4);
            LittleEndian.WriteUInt32(buffer, 4, hostId);
            LittleEndian.WriteUInt64(buffer, 8, nodeId);
            System.Array.Copy(nonce, 0, buffer, RequestNonce, NonceBytes);
            System.Array.Clear(buffer, RequestNonce + NonceBytes, RequestTagged - RequestNonce - NonceBytes);
        }

        public static bool IsRequest(byte[] buffer, int count)
        {
            return count == RequestBytes && Text.StartsWith(buffer, 0, count, s_request);
        }

        public static uint HostOf(byte[] request)
        {
            return LittleEndian.ReadUInt32(request, 4);
        }

        public static ulong NodeOf(byte[] request)
        {
            return LittleEndian.ReadUInt64(request, 8);
        }

        /// <summary>The random number from the node.</summary>
        public static byte[] NonceOf(byte[] request)
        {
            return Text.Slice(request, RequestNonce, NonceBytes);
        }

        /// <summary>Writes all but the tag.</summary>
        /// <param name="ticket">At most <see cref="TicketBytesMax"/> bytes.</param>
        public static void WriteAnswer(byte[] buffer, byte[] request, byte[] nonce, byte[] ticket)
        {
            System.Array.Clear(buffer, 0, AnswerTagged);
            System.Array.Copy(s_answer, buffer, 4);
            System.Array.Copy(request, 8, buffer, 4, 8);
            System.Array.Copy(nonce, 0, buffer, AnswerNonce, NonceBytes);
            System.Array.Copy(request, RequestTagged, buffer, AnswerEcho, EchoBytes);
            buffer[AnswerTicket - 4] = (byte)ticket.Length;
            System.Array.Copy(ticket, 0, buffer, AnswerTicket, ticket.Length);
        }

        /// <summary>The host's ticket in an answer.</summary>
        public static byte[] TicketOf(byte[] answer)
        {
            int count = answer[AnswerTicket - 4];
            return Text.Slice(answer, AnswerTicket, count < TicketBytesMax ? count : TicketBytesMax);
        }

        /// <summary>Whether bytes are an answer to this request; the caller checks the tag.</summary>
        public static bool IsAnswerTo(byte[] request, byte[] answer, int count)
        {
            return count == AnswerBytes && Text.StartsWith(answer, 0, count, s_answer) && Text.Same(answer, 4, request, 8, 8)
                && Text.Same(answer, AnswerEcho, request, RequestTagged, EchoBytes);
        }

        /// <summary>The input for deriving the key: the key is its tag under the claim.</summary>
        public static byte[] KeyInput(byte[] request, byte[] answer)
        {
            byte[] input = new byte[s_label.Length + 2 * NonceBytes];
            System.Array.Copy(s_label, input, s_label.Length);
            System.Array.Copy(request, RequestNonce, input, s_label.Length, NonceBytes);
            System.Array.Copy(answer, AnswerNonce, input, s_label.Length + NonceBytes, NonceBytes);
            return input;
        }
    }
}
