namespace FieldNode.Protocol
{
    /// <summary>Small numbers in few bytes: seven bits a byte, least significant first, the top bit set on all but the last
    /// (LEB128).</summary>
    public static class Varint
    {
        /// <summary>Most bytes that a 32-bit number takes.</summary>
        public const int BytesMax = 5;

        /// <summary>Writes a number; returns the offset behind it.</summary>
        public static int Write(byte[] buffer, int offset, uint value)
        {
            while (value > 0x7F)
            {
                buffer[offset++] = (byte)(value | 0x80);
                value >>= 7;
            }

            buffer[offset++] = (byte)value;
            return offset;
        }

        /// <summary>Reads a number; returns the offset behind it, or -1 when it would pass <paramref name="end"/> or 32 bits, or
        /// <paramref name="offset"/> is -1 already.</summary>
        public static int TryRead(byte[] buffer, int offset, int end, out uint value)
        {
            value = 0;
            for (int shift = 0; shift < 35 && offset >= 0 && offset < end; shift += 7)
            {
                uint part = buffer[offset++];
                if (shift == 28 && part > 0x0F)
                {
                    return -1;
                }

                value |= (part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return offset;
                }
            }

            return -1;
        }
    }
}
