namespace FieldNode.Protocol.Flash
{
    /// <summary>Slots whose flash no longer erases or programs. Every sector head contains the list, so it survives as long as the
    /// log.</summary>
    public sealed class RetiredSectors
    {
        /// <summary>Most bad sectors; a flash with more is worn out.</summary>
        public const int Max = 16;

        private readonly ushort[] _slots = new ushort[Max];

        public int Count { get; private set; }

        public void Clear()
        {
            Count = 0;
        }

        /// <summary>The slots, from 0 to <see cref="Count"/> - 1.</summary>
        public int SlotAt(int index)
        {
            return _slots[index];
        }

        public bool Contains(int slot)
        {
            for (int i = 0; i < Count; i++)
            {
                if (_slots[i] == slot)
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Adds a slot if it is not in the list yet; false if the list is full.</summary>
        public bool Add(int slot)
        {
            if (Contains(slot))
            {
                return true;
            }

            if (Count == Max)
            {
                return false;
            }

            _slots[Count++] = (ushort)slot;
            return true;
        }

        public void CopyFrom(RetiredSectors other)
        {
            Count = other.Count;
            System.Array.Copy(other._slots, 0, _slots, 0, Count);
        }

        internal int Write(byte[] buffer, int offset)
        {
            buffer[offset++] = (byte)Count;
            for (int i = 0; i < Count; i++)
            {
                offset = Varint.Write(buffer, offset, _slots[i]);
            }

            return offset;
        }

        /// <summary>Returns the offset after the list, or -1.</summary>
        internal int TryRead(byte[] buffer, int offset, int end)
        {
            Count = 0;
            if (offset < 0 || offset >= end || buffer[offset] > Max)
            {
                return -1;
            }

            int count = buffer[offset++];
            for (int i = 0; i < count; i++)
            {
                uint slot;
                offset = Varint.TryRead(buffer, offset, end, out slot);
                if (offset < 0 || slot >= SectorHead.SectorsMax)
                {
                    return -1;
                }

                Add((int)slot);
            }

            return offset;
        }
    }
}
