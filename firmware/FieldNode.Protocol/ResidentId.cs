namespace FieldNode.Protocol
{
    /// <summary>Resident ID numbers according to GB 11643-1999: 17 digits and a check character by ISO 7064 MOD 11-2.</summary>
    public static class ResidentId
    {
        public const int Bytes = 18;

        /// <summary>Not in the form of an ID number: 18 bytes, all digits except that the last may be x or X.</summary>
        public const byte OtherForm = 0;
        public const byte Valid = 1;

        /// <summary>In the form of an ID number, but with a wrong check character.</summary>
        public const byte WrongCheck = 2;

        private static readonly byte[] s_weights = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
        private static readonly byte[] s_checks =
            { (byte)'1', (byte)'0', (byte)'X', (byte)'9', (byte)'8', (byte)'7', (byte)'6', (byte)'5', (byte)'4', (byte)'3', (byte)'2' };

        /// <summary>Returns <see cref="OtherForm"/>, <see cref="Valid"/> or <see cref="WrongCheck"/>. Runs in one pass, because every scan
        /// of a lane goes through it.</summary>
        public static byte Judge(byte[] code, int offset, int count)
        {
            if (count != Bytes)
            {
                return OtherForm;
            }

            int sum = 0;
            for (int i = 0; i < Bytes - 1; i++)
            {
                int digit = code[offset + i] - '0';
                if (digit < 0 || digit > 9)
                {
                    return OtherForm;
                }

                sum += digit * s_weights[i];
            }

            byte last = code[offset + Bytes - 1];
            last = last == 'x' ? (byte)'X' : last;
            if (last == s_checks[sum % 11])
            {
                return Valid;
            }

            return last == 'X' || (last >= '0' && last <= '9') ? WrongCheck : OtherForm;
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
    }
}
