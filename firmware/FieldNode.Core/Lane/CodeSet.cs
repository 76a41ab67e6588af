namespace FieldNode.Core.Lane
{
    /// <summary>
    /// A set of 32-bit check values in 8 KiB: 4,096 places of 16 bits, found by linear probing; the place and the 16 bits together tell a
    /// value. With 2,500 in it, another value passes for one of them about once in 20,000 times. Beyond <see cref="Max"/> it takes no more.
    /// </summary>
    public sealed class CodeSet
    {
        public const int Max = Places * 7 / 8;

        private const int Places = 4096;
        private const ushort Empty = 0;
        private const ushort Removed = 1; // the search goes on behind it

        private readonly ushort[] _tags = new ushort[Places];
        private int _used;

        /// <summary>It takes no more.</summary>
        public bool IsFull { get { return _used >= Max; } }

        public void Clear()
        {
            System.Array.Clear(_tags, 0, Places);
            _used = 0;
        }

        public bool Has(uint value)
        {
            return _tags[Find(value)] == Tag(value);
        }

        /// <summary>Takes a value in; false when it was there already, or no more are taken.</summary>
        public bool Add(uint value)
        {
            int place = Find(value);
            if (_tags[place] != Empty || _used >= Max)
            {
                return false;
            }

            _tags[place] = Tag(value);
            _used++;
            return true;
        }

        public void Remove(uint value)
        {
            int place = Find(value);
            if (_tags[place] == Tag(value))
            {
                _tags[place] = Removed;
            }
        }

        // Where the value stands, or the empty place where the search for it ends.
        private int Find(uint value)
        {
            ushort tag = Tag(value);
            int place = (int)(value & (Places - 1));
            while (_tags[place] != Empty && _tags[place] != tag)
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
