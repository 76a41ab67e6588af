namespace FieldNode.Protocol
{
    /// <summary>Keys derived from the key that a node and its host agreed on (<see cref="ClaimMessage"/>): one subkey per purpose, the HMAC
    /// of a label under the key. The node keeps the link key and the seal reserve, and discards the agreed key.</summary>
    public static class NodeKeys
    {
        public const int Bytes = 32;

        private const string LinkLabel = "FieldNode link 2";
        private const string SealLabel = "FieldNode seal 2";
        private const string CardSealLabel = "FieldNode card seal 2";
        private const string CardMarkLabel = "FieldNode card mark 2";
        private const string SealCheckLabel = "FieldNode seal check 3";

        /// <summary>The key from which the keys for messages between node and host are derived (<see cref="LinkKeys"/>).</summary>
        public static byte[] Link(ITags tags, byte[] key)
        {
            return Derive(tags, key, Text.Ascii(LinkLabel));
        }

        /// <summary>The first reserve for seals under the agreed key (<see cref="SealChain.TakeRoot"/>).</summary>
        public static byte[] Seal(ITags tags, byte[] key)
        {
            return Derive(tags, key, Text.Ascii(SealLabel));
        }

        /// <summary>The first reserve for seals before the claim is traded, from the card's claim and the node's random number.</summary>
        public static byte[] CardSeal(ITags tags, byte[] claim, byte[] nonce)
        {
            byte[] label = Text.Ascii(CardSealLabel);
            byte[] input = new byte[label.Length + nonce.Length];
            System.Array.Copy(label, input, label.Length);
            System.Array.Copy(nonce, 0, input, label.Length, nonce.Length);
            return Derive(tags, claim, input);
        }

        /// <summary>Check value that tells the seals of one reserve from those of others (<see cref="SealStart.Check"/>); never
        /// 0.</summary>
        /// <param name="reserve">The reserve as it was before its first chain.</param>
        public static uint SealCheck(ITags tags, byte[] reserve)
        {
            uint check = LittleEndian.ReadUInt32(Derive(tags, reserve, Text.Ascii(SealCheckLabel)), 0);
            return check == 0 ? 1 : check;
        }

        /// <summary>Identifies a card without revealing its claim.</summary>
        public static byte[] CardMark(ITags tags, byte[] claim)
        {
            return Derive(tags, claim, Text.Ascii(CardMarkLabel));
        }

        /// <summary>The HMAC of a label under a key.</summary>
        public static byte[] Derive(ITags tags, byte[] key, byte[] label)
        {
            byte[] derived = new byte[Bytes];
            tags.Compute(key, label, 0, label.Length, derived, 0);
            return derived;
        }
    }
}
