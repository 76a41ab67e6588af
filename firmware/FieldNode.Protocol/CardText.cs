namespace FieldNode.Protocol
{
    /// <summary>Escapes bytes in a card's fields: % ; = and every byte outside 0x21..0x7E become %XX.</summary>
    public static class CardText
    {
        public static bool MustEscape(byte value)
        {
            return value < 0x21 || value > 0x7E || value == '%' || value == ';' || value == '=';
        }

        /// <summary>Reverses the escaping; false if an escape is broken or the result has more than <paramref name="max"/> bytes.</summary>
        public static bool TryUnescape(byte[] text, int offset, int count, int max, out byte[] value)
        {
            byte[] plain = new byte[count < max ? count : max];
            int plainCount = 0;
            int end = offset + count;
            value = plain;
            while (offset < end)
            {
                ulong escaped = text[offset];
                bool isEscape = escaped == '%';
                if (isEscape && (end - offset < 3 || !Hex.TryRead(text, offset + 1, 2, out escaped)))
                {
                    return false;
                }

                if (plainCount == plain.Length)
                {
                    return false;
                }

                plain[plainCount++] = (byte)escaped;
                offset += isEscape ? 3 : 1;
            }

            value = new byte[plainCount];
            System.Array.Copy(plain, 0, value, 0, plainCount);
            return true;
        }
    }

    /// <summary>Collects a card's text up to a limit. Past the limit it writes nothing more and sets <see cref="Overflowed"/>.</summary>
    internal sealed class CardWriter
    {
        private readonly byte[] _buffer;
        private readonly int _max;

        public CardWriter(byte[] buffer, int max)
        {
            _buffer = buffer;
            _max = max;
        }

        public int Count { get; private set; }

        public bool Overflowed { get; private set; }

        /// <summary>Keeps the buffer's first bytes and continues after them.</summary>
        public void Skip(int count)
        {
            Count = count;
        }

        public void Add(byte[] bytes)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                AddByte(bytes[i]);
            }
        }

        public void AddText(string ascii)
        {
            Add(Text.Ascii(ascii));
        }

        public void AddHex(ulong value, int digits)
        {
            for (int i = digits - 1; i >= 0; i--)
            {
                AddByte(Hex.Digit((int)(value >> (4 * i)) & 15));
            }
        }

        public void AddField(string name, byte[] value)
        {
            AddText(name);
            AddEscaped(value);
        }

        /// <summary>Adds a field unless its value is empty.</summary>
        public void AddFieldIfNotEmpty(string name, byte[] value)
        {
            if (value.Length > 0)
            {
                AddField(name, value);
            }
        }

        private void AddEscaped(byte[] bytes)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                if (CardText.MustEscape(bytes[i]))
                {
                    AddByte((byte)'%');
                    AddHex(bytes[i], 2);
                }
                else
                {
                    AddByte(bytes[i]);
                }
            }
        }

        private void AddByte(byte value)
        {
            if (Count == _max)
            {
                Overflowed = true;
                return;
            }

            _buffer[Count] = value;
            Count++;
        }
    }
}
