namespace FieldNode.Core.Lane
{
    /// <summary>The latest entries of a lane's memory by record sequence, so that an undo can remove them.</summary>
    internal sealed class RecentSeen
    {
        public const int Max = 32; // more than undo can reach back, and more than the people in a tube

        private readonly uint[] _sequences = new uint[Max];
        private readonly uint[] _keys = new uint[Max];
        private readonly uint[] _people = new uint[Max];
        private readonly byte[] _labels = new byte[Max];

        private int _newest;

        public void Clear()
        {
            System.Array.Clear(_sequences, 0, Max);
        }

        /// <param name="person">Check value of a person's code; 0 if it is not a person.</param>
        public void Add(uint sequence, uint key, uint person, byte label)
        {
            _newest = (_newest + 1) % Max;
            _sequences[_newest] = sequence;
            _keys[_newest] = key;
            _people[_newest] = person;
            _labels[_newest] = label;
        }

        /// <summary>Index of a record's entry, or -1.</summary>
        public int Find(uint sequence)
        {
            for (int i = 0; i < Max; i++)
            {
                if (sequence != 0 && _sequences[i] == sequence)
                {
                    return i;
                }
            }

            return -1;
        }

        public void Forget(int place)
        {
            _sequences[place] = 0;
        }

        /// <summary>True if the entry is a person who was sampled between two records.</summary>
        public bool IsPersonBetween(int place, uint after, uint before)
        {
            return _people[place] != 0 && _sequences[place] > after && _sequences[place] < before;
        }

        public uint KeyAt(int place)
        {
            return _keys[place];
        }

        public uint PersonAt(int place)
        {
            return _people[place];
        }

        public byte LabelAt(int place)
        {
            return _labels[place];
        }
    }
}
