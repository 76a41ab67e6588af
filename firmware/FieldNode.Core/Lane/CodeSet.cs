namespace FieldNode.Core.Lane
{
    /// <summary>
    /// A set of 32-bit check values, each with a one-byte label, in 20 KiB: two hash tables with linear probing. When the newer one is
    /// full, the older one is discarded. So the set always has the last <see cref="HalfMax"/> values, and up to twice as many.
    /// </summary>
    public sealed class CodeSet
    {
        public const int HalfMax = HalfPlaces * 7 / 8;

        /// <summary>Number of places for <see cref="At"/>.</summary>
        public const int Places = 2 * HalfPlaces;

        private const int HalfPlaces = 2048;
        private const uint Empty = 0;
        private const uint Removed = 1; // the search continues after it

        private uint[] _newer = new uint[HalfPlaces];
        private uint[] _older = new uint[HalfPlaces];
        private byte[] _newerLabels = new byte[HalfPlaces];
        private byte[] _olderLabels = new byte[HalfPlaces];
        private int _used;
        private bool _hasOlder;

        /// <summary>Values have been discarded since the last <see cref="Clear"/>.</summary>
        public bool HasForgotten { get; private set; }

        public void Clear()
        {
            System.Array.Clear(_newer, 0, HalfPlaces);
            System.Array.Clear(_older, 0, HalfPlaces);
            _used = 0;
            _hasOlder = false;
            HasForgotten = false;
        }

        public bool Has(uint value)
        {
            return HasIn(_newer, value) || HasIn(_older, value);
        }

        /// <summary>The value at a place if it has this label, else 0. A walk over all places visits every value that stays in the set
        /// during the walk.</summary>
        public uint At(int place, byte label)
        {
            bool isNewer = place < HalfPlaces;
            int at = isNewer ? place : place - HalfPlaces;
            uint value = isNewer ? _newer[at] : _older[at];
            return value > Removed && (isNewer ? _newerLabels[at] : _olderLabels[at]) == label ? value : Empty;
        }

        /// <summary>Adds a value; false if it is already in the set.</summary>
        public bool Add(uint value, byte label)
        {
            if (Has(value))
            {
                return false;
            }

            if (_used >= HalfMax)
            {
                ForgetOlder();
            }

            int place = Find(_newer, value);
            _newer[place] = Told(value);
            _newerLabels[place] = label;
            _used++;
            return true;
        }

        public void Remove(uint value)
        {
            Remove(_newer, value);
            Remove(_older, value);
        }

        private void ForgetOlder()
        {
            uint[] forgotten = _older;
            _older = _newer;
            _newer = forgotten;
            byte[] labels = _olderLabels;
            _olderLabels = _newerLabels;
            _newerLabels = labels;
            System.Array.Clear(_newer, 0, HalfPlaces);
            _used = 0;
            HasForgotten |= _hasOlder;
            _hasOlder = true;
        }

        private static bool HasIn(uint[] half, uint value)
        {
            return half[Find(half, value)] != Empty;
        }

        private static void Remove(uint[] half, uint value)
        {
            int place = Find(half, value);
            if (half[place] != Empty)
            {
                half[place] = Removed;
            }
        }

        // The value's place, or the empty place where the search for it ends.
        private static int Find(uint[] half, uint value)
        {
            uint told = Told(value);
            int place = (int)(told & (HalfPlaces - 1));
            while (half[place] != Empty && half[place] != told)
            {
                place = (place + 1) & (HalfPlaces - 1);
            }

            return place;
        }

        // Replaces the two reserved values, which mean empty and removed, by others.
        private static uint Told(uint value)
        {
            return value > Removed ? value : value + 2;
        }
    }
}
