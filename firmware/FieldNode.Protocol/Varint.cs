namespace FieldNode.Protocol
{
    /// <summary>Variable-length integers (LEB128): seven bits per byte, least significant first; the top bit is set on all bytes but the
    /// last.</summary>
    public static class Varint
    {
        /// <summary>Most bytes that a 32-bit number takes.</summary>
        public const int BytesMax = 5;

        /// <summary>Writes a number; returns the offset after it.</summary>
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

        /// Reads a number; returns the offset after it, or -1 if the number would extend past <paramref name="end"/> or exceed 32 bits, or
        /// if <paramref name="offset"/> is already -1.
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
