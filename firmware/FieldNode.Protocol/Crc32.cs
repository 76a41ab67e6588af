namespace FieldNode.Protocol
{
    /// <summary>
    /// CRC-32 as in IEEE 802.3 (reflected polynomial 0xEDB88320, initial value and final XOR 0xFFFFFFFF): "123456789" gives 0xCBF43926.
    /// Implemented here, not taken from a package, so that it can continue from a running value without allocating on either platform.
    /// </summary>
    public static class Crc32
    {
        /// <summary>The running value before the first byte.</summary>
        public const uint Start = 0xFFFFFFFF;

        private static readonly uint[] s_table = MakeTable();
        private static readonly byte[] s_indexOfTop = MakeIndexOfTop();

        /// <summary>Continues a running value over a range; <see cref="Finish"/> turns it into the checksum.</summary>
        public static uint Append(uint running, byte[] buffer, int offset, int count)
        {
            uint[] table = s_table;
            int end = offset + count;
            for (int i = offset; i < end; i++)
            {
                running = table[(running ^ buffer[i]) & 0xFF] ^ (running >> 8);
            }

            return running;
        }

        /// <summary>Continues a running value over four bytes, least significant first.</summary>
        public static uint AppendUInt32(uint running, uint value)
        {
            uint[] table = s_table;
            running = table[(running ^ value) & 0xFF] ^ (running >> 8);
            running = table[(running ^ (value >> 8)) & 0xFF] ^ (running >> 8);
            running = table[(running ^ (value >> 16)) & 0xFF] ^ (running >> 8);
            return table[(running ^ (value >> 24)) & 0xFF] ^ (running >> 8);
        }

        /// <summary>Runs the CRC backwards: returns the running value before a range, given the one after it. Each step can be reversed,
        /// because the top byte of a table entry determines its index.</summary>
        public static uint Remove(uint running, byte[] buffer, int offset, int count)
        {
            for (int i = offset + count - 1; i >= offset; i--)
            {
                byte index = s_indexOfTop[running >> 24];
                running = (running ^ s_table[index]) << 8 | (uint)(index ^ buffer[i]);
            }

            return running;
        }

        /// <summary>The only four-byte value that takes the CRC from one running value to another.</summary>
        public static uint ValueBetween(uint before, uint after)
        {
            for (int i = 0; i < 4; i++)
            {
                byte index = s_indexOfTop[after >> 24];
                after = (after ^ s_table[index]) << 8 | index;
            }

            return after ^ before;
        }

        public static uint Finish(uint running)
        {
            return ~running;
        }

        /// <summary>The checksum of one range.</summary>
        public static uint Compute(byte[] buffer, int offset, int count)
        {
            return Finish(Append(Start, buffer, offset, count));
        }

        private static byte[] MakeIndexOfTop()
        {
            byte[] indexes = new byte[256];
            for (int i = 0; i < 256; i++)
            {
                indexes[s_table[i] >> 24] = (byte)i;
            }

            return indexes;
        }

        private static uint[] MakeTable()
        {
            uint[] table = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                uint value = i;
                for (int bit = 0; bit < 8; bit++)
                {
                    value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
                }

                table[i] = value;
            }

            return table;
        }
    }
}
