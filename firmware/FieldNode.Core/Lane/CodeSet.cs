namespace FieldNode.Core.Lane
{
    /// <summary>
    /// A set of 32-bit check values in 8 KiB: two halves of 2,048 places of 16 bits, found by linear probing; the place and the 16 bits
    /// together tell a value. With 2,500 in it, another value passes for one of them about once in 20,000 times. When one half is full the
    /// older one is forgotten: it always has the last <see cref="HalfMax"/>, and up to twice as many.
    /// </summary>
    public sealed class CodeSet
    {
        public const int HalfMax = Places * 7 / 8;

        private const int Places = 2048;
        private const ushort Empty = 0;
        private const ushort Removed = 1; // the search goes on behind it

        private ushort[] _newer = new ushort[Places];
        private ushort[] _older = new ushort[Places];
        private int _used;

        public void Clear()
        {
            System.Array.Clear(_newer, 0, Places);
            System.Array.Clear(_older, 0, Places);
            _used = 0;
        }

        public bool Has(uint value)
        {
            return HasIn(_newer, value) || HasIn(_older, value);
        }

        /// <summary>Takes a value in; false when it was there already.</summary>
        public bool Add(uint value)
        {
            if (Has(value))
            {
                return false;
            }

            if (_used >= HalfMax)
            {
                ushort[] forgotten = _older;
                _older = _newer;
                _newer = forgotten;
                System.Array.Clear(_newer, 0, Places);
                _used = 0;
            }

            _newer[Find(_newer, value)] = Tag(value);
            _used++;
            return true;
        }

        public void Remove(uint value)
        {
            Remove(_newer, value);
            Remove(_older, value);
        }

        private static bool HasIn(ushort[] half, uint value)
        {
            return half[Find(half, value)] != Empty;
        }

        private static void Remove(ushort[] half, uint value)
        {
            int place = Find(half, value);
            if (half[place] != Empty)
            {
                half[place] = Removed;
            }
        }

        // Where the value stands, or the empty place where the search for it ends.
        private static int Find(ushort[] half, uint value)
        {
            ushort tag = Tag(value);
            int place = (int)(value & (Places - 1));
            while (half[place] != Empty && half[place] != tag)
            {
                place = (place + 1) & (Places - 1);
            }

            return place;
        }

        private static ushort Tag(uint value)
        {
            uint tag = value >> 16;
            return (ushort)(tag > Removed ? tag : tag + 2);
        }
    }
}
