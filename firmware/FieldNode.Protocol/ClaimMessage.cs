namespace FieldNode.Protocol
{
    /// <summary>
    /// How a node trades the claim on its card for its key, once. Both messages are tagged with HMAC-SHA256 under the claim; the key itself
    /// never travels: both sides derive it from the claim and two random numbers, so a card found later opens nothing. What the key is for:
    /// <see cref="NodeKeys"/>.
    /// <code>
    ///   request                                              answer
    ///   0      4        8         16         32     64       0      4         12         28           36     68
    ///   +------+--------+---------+----------+------+        +------+---------+----------+------------+------+
    ///   | FNC2 | host   | node    | node's   | tag  |        | FNK2 | node    | host's   | first of   | tag  |
    ///   |      | u32    | u64     | nonce 16 | 32   |        |      | u64     | nonce 16 | request's  | 32   |
    ///   +------+--------+---------+----------+------+        |      |         |          | tag, 8     |      |
    ///                                                        +------+---------+----------+------------+------+
    /// </code>
    /// key = HMAC-SHA256(claim, "FieldNode key 2" and both nonces). The same request again gets the same answer: an answer may be lost.
    /// </summary>
    public static class ClaimMessage
    {
        public const int NonceBytes = 16;
        public const int KeyBytes = 32;
        public const int TagBytes = 32;
        public const int RequestTagged = 32;
        public const int RequestBytes = RequestTagged + TagBytes;
        public const int AnswerTagged = 36;
        public const int AnswerBytes = AnswerTagged + TagBytes;
        public const int EchoBytes = 8;

        private const int RequestNonce = 16;
        private const int AnswerNonce = 12;
        private const int AnswerEcho = 28;

        private static readonly byte[] s_request = Text.Ascii("FNC2");
        private static readonly byte[] s_answer = Text.Ascii("FNK2");
        private static readonly byte[] s_label = Text.Ascii("FieldNode key 2");

        /// <summary>Writes all but the tag.</summary>
        public static void WriteRequest(byte[] buffer, uint hostId, ulong nodeId, byte[] nonce)
        {
            System.Array.Copy(s_request, buffer, 4);
            LittleEndian.WriteUInt32(buffer, 4, hostId);
            LittleEndian.WriteUInt64(buffer, 8, nodeId);
            System.Array.Copy(nonce, 0, buffer, RequestNonce, NonceBytes);
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

        /// <summary>The number that the node drew.</summary>
        public static byte[] NonceOf(byte[] request)
        {
            return Text.Slice(request, RequestNonce, NonceBytes);
        }

        /// <summary>Writes all but the tag.</summary>
        public static void WriteAnswer(byte[] buffer, byte[] request, byte[] nonce)
        {
            System.Array.Copy(s_answer, buffer, 4);
            System.Array.Copy(request, 8, buffer, 4, 8);
            System.Array.Copy(nonce, 0, buffer, AnswerNonce, NonceBytes);
            System.Array.Copy(request, RequestTagged, buffer, AnswerEcho, EchoBytes);
        }

        /// <summary>Whether bytes are an answer to this request; its tag is the caller's to check.</summary>
        public static bool IsAnswerTo(byte[] request, byte[] answer, int count)
        {
            return count == AnswerBytes && Text.StartsWith(answer, 0, count, s_answer) && Text.Same(answer, 4, request, 8, 8)
                && Text.Same(answer, AnswerEcho, request, RequestTagged, EchoBytes);
        }

        /// <summary>What the key is the tag of, under the claim.</summary>
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
