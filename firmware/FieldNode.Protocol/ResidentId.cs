namespace FieldNode.Protocol
{
    /// <summary>Resident ID numbers after GB 11643-1999: 17 digits and a check character by ISO 7064 MOD 11-2.</summary>
    public static class ResidentId
    {
        public const int Bytes = 18;

        private static readonly byte[] s_weights = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
        private static readonly byte[] s_checks = { (byte)'1', (byte)'0', (byte)'X', (byte)'9', (byte)'8', (byte)'7', (byte)'6', (byte)'5', (byte)'4', (byte)'3', (byte)'2' };

        /// <summary>Whether a code has the form of a resident ID: 18 bytes, digits but for a last x or X.</summary>
        public static bool HasForm(byte[] code, int offset, int count)
        {
            if (count != Bytes)
            {
                return false;
            }

            for (int i = 0; i < Bytes - 1; i++)
            {
                if (!IsDigit(code[offset + i]))
                {
                    return false;
                }
            }

            byte last = code[offset + Bytes - 1];
            return IsDigit(last) || last == 'X' || last == 'x';
        }

        /// <summary>The check character of the 17 digits at <paramref name="offset"/>.</summary>
        public static byte CheckCharacter(byte[] code, int offset)
        {
            int sum = 0;
            for (int i = 0; i < Bytes - 1; i++)
            {
                sum += (code[offset + i] - '0') * s_weights[i];
            }

            return s_checks[sum % 11];
        }

        /// <summary>Whether a code that has the form also has the right check character.</summary>
        public static bool IsValid(byte[] code, int offset)
        {
            byte last = code[offset + Bytes - 1];
            return CheckCharacter(code, offset) == (last == 'x' ? (byte)'X' : last);
        }

        private static bool IsDigit(byte value)
        {
            return value >= '0' && value <= '9';
        }
    }
}
