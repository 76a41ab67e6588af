namespace FieldNode.Protocol
{
    /// <summary>Hexadecimal digits, read in either case, written in upper case.</summary>
    public static class Hex
    {
        public static string Text(ulong value, int digits)
        {
            char[] text = new char[digits];
            for (int i = 0; i < digits; i++)
            {
                text[i] = (char)Digit((int)(value >> (4 * (digits - 1 - i))) & 15);
            }

            return new string(text, 0, digits);
        }

        public static byte Digit(int value)
        {
            return (byte)(value < 10 ? '0' + value : 'A' + value - 10);
        }

        /// <summary>Reads 1 to 16 digits; false if a byte is not a digit or the count is out of range.</summary>
        public static bool TryRead(byte[] text, int offset, int count, out ulong value)
        {
            value = 0;
            if (count < 1 || count > 16)
            {
                return false;
            }

            for (int i = 0; i < count; i++)
            {
                int digit = Value(text[offset + i]);
                if (digit < 0)
                {
                    return false;
                }

                value = value << 4 | (uint)digit;
            }

            return true;
        }

        /// <summary>The value of one digit, or -1.</summary>
        public static int Value(byte digit)
        {
            if (digit >= '0' && digit <= '9')
            {
                return digit - '0';
            }

            int letter = digit | 0x20;
            return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
        }
    }
}
