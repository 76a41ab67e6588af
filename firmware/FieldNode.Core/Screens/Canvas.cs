namespace FieldNode.Core.Screens
{
    /// <summary>
    /// 128 × 64 pixels in the layout of an SSD1306: 8 pages of 128 columns; a byte is 8 pixels of a column, bit 0 on top. Text is placed on
    /// whole pages, so that drawing a glyph is a copy of bytes.
    /// </summary>
    public sealed class Canvas
    {
        public const int Width = 128;
        public const int Pages = 8;
        public const int Height = Pages * 8;

        private readonly byte[] _bytes = new byte[Width * Pages];

        /// <summary>Columns of glyphs that fell beyond the right edge since the last <see cref="Clear()"/>.</summary>
        public int Clipped { get; private set; }

        public byte[] Bytes { get { return _bytes; } }

        public void Clear()
        {
            System.Array.Clear(_bytes, 0, _bytes.Length);
            Clipped = 0;
        }

        /// <summary>Clears some columns of whole pages.</summary>
        public void Clear(int x, int width, int page, int pages)
        {
            for (int i = page; i < page + pages; i++)
            {
                System.Array.Clear(_bytes, i * Width + x, x + width > Width ? Width - x : width);
            }
        }

        /// <summary>Width of a text in columns.</summary>
        public static int TextWidth(string text)
        {
            int width = 0;
            for (int i = 0; i < text.Length; i++)
            {
                width += Glyphs.Width(Glyphs.Find(text[i]));
            }

            return width;
        }

        public bool IsLit(int x, int y)
        {
            return (_bytes[y / 8 * Width + x] >> (y % 8) & 1) != 0;
        }

        /// <summary>Draws one glyph of 16 rows on two pages; returns the column after it. Columns beyond the right edge are left
        /// out.</summary>
        public int DrawChar(char character, int x, int page)
        {
            byte[] columns = Glyphs.Columns(Glyphs.Find(character));
            int width = columns.Length / 2;
            int shown = x + width <= Width ? width : x < Width ? Width - x : 0;
            System.Array.Copy(columns, 0, _bytes, page * Width + x, shown); // Array.Copy is far faster than a loop
            System.Array.Copy(columns, width, _bytes, (page + 1) * Width + x, shown);
            Clipped += width - shown;
            return x + width;
        }

        public int DrawText(string text, int x, int page)
        {
            for (int i = 0; i < text.Length; i++)
            {
                x = DrawChar(text[i], x, page);
            }

            return x;
        }

        /// <summary>Draws ASCII bytes; '~' stands for "hidden" and shows as a row of dots.</summary>
        public int DrawBytes(byte[] text, int count, int x, int page)
        {
            for (int i = 0; i < count; i++)
            {
                x = DrawChar(text[i] == '~' ? '…' : (char)text[i], x, page);
            }

            return x;
        }

        /// <summary>Draws UTF-8 from outside, such as a lane's name; invalid bytes and characters without a glyph show as a question
        /// mark.</summary>
        public int DrawUtf8(byte[] text, int count, int x, int page)
        {
            int at = 0;
            while (at < count)
            {
                int first = text[at];
                int more = first < 0x80 ? 0 : (first & 0xE0) == 0xC0 ? 1 : (first & 0xF0) == 0xE0 ? 2 : -1;
                int character = more == 0 ? first : more == 1 ? first & 0x1F : first & 0x0F;
                bool isWhole = more >= 0 && at + more < count;
                for (int i = 1; i <= more && isWhole; i++)
                {
                    isWhole = (text[at + i] & 0xC0) == 0x80;
                    character = character << 6 | (text[at + i] & 0x3F);
                }

                x = DrawChar(isWhole ? (char)character : '?', x, page);
                at += isWhole ? 1 + more : 1;
            }

            return x;
        }

        public int DrawNumber(uint value, int x, int page)
        {
            uint divisor = 1;
            while (value / divisor >= 10)
            {
                divisor *= 10;
            }

            for (; divisor > 0; divisor /= 10)
            {
                x = DrawChar((char)('0' + value / divisor % 10), x, page);
            }

            return x;
        }

        /// <summary>
        /// Draws one glyph scaled by <paramref name="scaleX"/> and <paramref name="scaleY"/>, with strokes one pixel bolder, to be readable
        /// at arm's length; returns the column after it.
        /// </summary>
        public int DrawLarge(char character, int x, int page, int scaleX, int scaleY)
        {
            byte[] columns = Glyphs.Columns(Glyphs.Find(character));
            int width = columns.Length / 2;
            for (int column = 0; column < width; column++)
            {
                ulong pixels = Stretched(columns[column] | columns[width + column] << 8, scaleY);
                for (int i = 0; pixels != 0 && i <= scaleX && x + column * scaleX + i < Width; i++)
                {
                    Light(x + column * scaleX + i, page, pixels);
                }
            }

            return x + width * scaleX;
        }

        /// <summary>Inverts whole pages.</summary>
        public void Invert(int page, int pages)
        {
            for (int i = page * Width; i < (page + pages) * Width; i++)
            {
                _bytes[i] = (byte)~_bytes[i];
            }
        }

        /// <summary>Inverts some columns of whole pages.</summary>
        public void Invert(int x, int width, int page, int pages)
        {
            for (int i = page; i < page + pages; i++)
            {
                for (int column = x; column < x + width; column++)
                {
                    _bytes[i * Width + column] = (byte)~_bytes[i * Width + column];
                }
            }
        }

        // Scales a column of 16 pixels vertically; each pixel is one row higher than the scale. At scale 4, the largest, that is 65 rows,
        // of which 64 are kept.
        private static ulong Stretched(int column, int scale)
        {
            ulong pixel = (1ul << (scale + 1)) - 1;
            ulong pixels = 0;
            for (int row = 0; column != 0; row++)
            {
                if ((column & 1) != 0)
                {
                    pixels |= pixel << (row * scale);
                }

                column >>= 1;
            }

            return pixels;
        }

        private void Light(int x, int page, ulong pixels)
        {
            for (int at = page * Width + x; pixels != 0 && at < _bytes.Length; at += Width)
            {
                _bytes[at] |= (byte)pixels;
                pixels >>= 8;
            }
        }
    }
}
