namespace FieldNode.Protocol
{
    /// <summary>
    /// A card too long for one code, split into up to nine codes that are scanned in any order:
    /// <code>
    ///   FN:PART:2/3:9A8B7C6D:(up to 232 bytes of the card's text)
    /// </code>
    /// The eight hex digits are the <see cref="Crc32"/> of the whole text, so that parts of different cards do not mix. Scanning a part
    /// twice changes nothing; a part of another card starts over.
    /// </summary>
    public sealed class CardParts
    {
        /// <summary>The longest code a GM65-style scanner sends is 256 characters (docs/field-facts.md, "Codes").</summary>
        public const int CodeBytesMax = 255;

        public const int PartsMax = 9;

        public static readonly byte[] Prefix = Text.Ascii("FN:PART:");

        private const int HeadBytes = 21;
        private const int ChunkBytes = 232;

        private readonly byte[] _text = new byte[EnrolmentCard.TextBytesMax];
        private readonly int[] _counts = new int[PartsMax];

        private uint _crc;

        /// <summary>Number of codes that make up the card; 0 before the first part.</summary>
        public int Total { get; private set; }

        /// <summary>Number of parts received so far.</summary>
        public int Have { get; private set; }

        /// <summary>The whole text, once <see cref="Add"/> returned <see cref="CardFault.None"/>.</summary>
        public byte[] CardText { get { return _text; } }

        public int CardTextBytes { get; private set; }

        /// <summary>Number of codes that a card's text needs: 1 if it fits into one code, which is then the text itself.</summary>
        public static int CodesFor(int textBytes)
        {
            return textBytes <= CodeBytesMax ? 1 : (textBytes + ChunkBytes - 1) / ChunkBytes;
        }

        /// <summary>Writes code number <paramref name="index"/> (from 0) of a text that needs more than one; returns the code's length in
        /// bytes.</summary>
        public static int WriteCode(byte[] text, int textBytes, int index, byte[] code)
        {
            CardWriter writer = new CardWriter(code, CodeBytesMax);
            writer.Add(Prefix);
            writer.AddHex((ulong)index + 1, 1);
            writer.AddText("/");
            writer.AddHex((ulong)CodesFor(textBytes), 1);
            writer.AddText(":");
            writer.AddHex(Crc32.Compute(text, 0, textBytes), 8);
            writer.AddText(":");
            int from = index * ChunkBytes;
            int count = textBytes - from < ChunkBytes ? textBytes - from : ChunkBytes;
            System.Array.Copy(text, from, code, HeadBytes, count);
            return HeadBytes + count;
        }

        /// <summary>Whether a code is a card or a part of one.</summary>
        public static bool IsCard(byte[] code, int offset, int count)
        {
            return Text.StartsWith(code, offset, count, Prefix) || Text.StartsWith(code, offset, count, EnrolmentCard.Prefix);
        }

        /// <summary>Adds a scanned code; returns <see cref="CardFault.None"/> once the text is complete.</summary>
        public byte Add(byte[] code, int offset, int count)
        {
            if (Text.StartsWith(code, offset, count, EnrolmentCard.Prefix))
            {
                Forget();
                System.Array.Copy(code, offset, _text, 0, count);
                CardTextBytes = count;
                return CardFault.None;
            }

            return Text.StartsWith(code, offset, count, Prefix) ? AddPart(code, offset, count) : CardFault.NotACard;
        }

        public void Forget()
        {
            Total = 0;
            Have = 0;
            CardTextBytes = 0;
            for (int i = 0; i < PartsMax; i++)
            {
                _counts[i] = 0;
            }
        }

        private byte AddPart(byte[] code, int offset, int count)
        {
            ulong crc = 0;
            int chunk = count - HeadBytes;
            bool hasHead = chunk > 0 && chunk <= ChunkBytes && code[offset + 9] == '/' && code[offset + 11] == ':'
                && code[offset + 20] == ':'
                && Hex.TryRead(code, offset + 12, 8, out crc);
            int number = hasHead ? code[offset + 8] - '0' : 0;
            int total = hasHead ? code[offset + 10] - '0' : 0;
            if (number < 1 || number > total || total < 2 || total > PartsMax || (number < total && chunk != ChunkBytes)
                || (number - 1) * ChunkBytes + chunk > _text.Length)
            {
                return CardFault.Damaged;
            }

            if (Total != total || _crc != (uint)crc)
            {
                Forget();
                Total = total;
                _crc = (uint)crc;
            }

            Have += _counts[number - 1] == 0 ? 1 : 0;
            _counts[number - 1] = chunk;
            System.Array.Copy(code, offset + HeadBytes, _text, (number - 1) * ChunkBytes, chunk);
            if (Have < Total)
            {
                return CardFault.Incomplete;
            }

            CardTextBytes = (total - 1) * ChunkBytes + _counts[total - 1];
            bool isWhole = Crc32.Compute(_text, 0, CardTextBytes) == _crc;
            Total = isWhole ? Total : 0; // start over, so that a damaged part does not spoil the next try
            return isWhole ? CardFault.None : CardFault.Damaged;
        }
    }
}
