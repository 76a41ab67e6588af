namespace FieldNode.Protocol
{
    /// <summary>Short byte strings with a length byte in front. Scanner input stays bytes because a string on the device ends at its first
    /// NUL.</summary>
    public static class Text
    {
        /// <summary>Writes the length byte and the bytes; returns the offset after them.</summary>
        public static int Write(byte[] buffer, int offset, byte[] text, int count)
        {
            buffer[offset++] = (byte)count;
            System.Array.Copy(text, 0, buffer, offset, count);
            return offset + count;
        }

        /// <summary>The text's byte count, or -1 if it would extend past <paramref name="end"/> or exceed <paramref name="max"/>.</summary>
        public static int Count(byte[] buffer, int offset, int end, int max)
        {
            if (offset >= end)
            {
                return -1;
            }

            int count = buffer[offset];
            return count > max || offset + 1 + count > end ? -1 : count;
        }

        /// <summary>Bytes of an ASCII string; a character beyond ASCII becomes '?'.</summary>
        public static byte[] Ascii(string text)
        {
            byte[] bytes = new byte[text.Length];
            for (int i = 0; i < bytes.Length; i++)
            {
                char c = text[i];
                bytes[i] = c < 128 ? (byte)c : (byte)'?';
            }

            return bytes;
        }

        /// <summary>A string of ASCII bytes; a byte outside printable ASCII becomes '?'.</summary>
        public static string FromAscii(byte[] bytes, int offset, int count)
        {
            char[] chars = new char[count];
            for (int i = 0; i < count; i++)
            {
                byte b = bytes[offset + i];
                chars[i] = b >= 0x20 && b < 0x7F ? (char)b : '?';
            }

            return new string(chars, 0, count);
        }

        /// <summary>A copy of a range of bytes.</summary>
        public static byte[] Slice(byte[] buffer, int offset, int count)
        {
            byte[] slice = new byte[count];
            System.Array.Copy(buffer, offset, slice, 0, count);
            return slice;
        }

        public static bool Same(byte[] a, int aOffset, byte[] b, int bOffset, int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (a[aOffset + i] != b[bOffset + i])
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>Like <see cref="Same"/>, but takes the same time wherever the bytes differ, so that a tag cannot be guessed byte by
        /// byte.</summary>
        public static bool SameSecret(byte[] a, int aOffset, byte[] b, int bOffset, int count)
        {
            int difference = 0;
            for (int i = 0; i < count; i++)
            {
                difference |= a[aOffset + i] ^ b[bOffset + i];
            }

            return difference == 0;
        }

        public static bool StartsWith(byte[] text, int offset, int count, byte[] prefix)
        {
            return count >= prefix.Length && Same(text, offset, prefix, 0, prefix.Length);
        }
    }
}
