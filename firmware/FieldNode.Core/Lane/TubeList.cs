namespace FieldNode.Core.Lane
{
    /// <summary>The lane's last 256 tubes: check value, opening time, number of people, and whether they are packed or handed
    /// over.</summary>
    public sealed class TubeList
    {
        public const int Max = 256; // more than a lane fills in a day

        private const byte Here = 0;
        private const byte Packed = 1;
        private const byte Sealed = 2;
        private const byte Gone = 3;
        private const byte Damaged = 4;

        private readonly uint[] _keys = new uint[Max];
        private readonly uint[] _sequences = new uint[Max]; // of the record that set the current state
        private readonly uint[] _openedAt = new uint[Max];  // 0 if the age does not count
        private readonly byte[] _people = new byte[Max];
        private readonly byte[] _states = new byte[Max];

        private int _next;
        private uint _openSequence;
        private int _open = -1;

        /// <summary>Number of tubes opened here; tubes of other lanes that were packed here are not counted.</summary>
        public int Count { get; private set; }

        /// <summary>Opening time of the oldest tube that is neither handed over nor damaged; 0 if there is none.</summary>
        public uint Oldest
        {
            get
            {
                uint oldest = 0;
                for (int i = 0; i < Max; i++)
                {
                    if (_keys[i] != 0 && _states[i] < Gone && _openedAt[i] != 0 && (oldest == 0 || _openedAt[i] < oldest))
                    {
                        oldest = _openedAt[i];
                    }
                }

                return oldest;
            }
        }

        /// <summary>Opening time of the newest tube; 0 if its age does not count.</summary>
        public uint OpenedAt { get { return _open < 0 || _states[_open] >= Gone ? 0 : _openedAt[_open]; } }

        public void Clear()
        {
            System.Array.Clear(_keys, 0, Max);
            System.Array.Clear(_sequences, 0, Max);
            System.Array.Clear(_openedAt, 0, Max);
            System.Array.Clear(_people, 0, Max);
            System.Array.Clear(_states, 0, Max);
            _next = 0;
            _open = -1;
            Count = 0;
        }

        public void Open(uint sequence, uint key, uint second)
        {
            _open = Add(key, sequence, second);
            _openSequence = sequence;
            Count++;
        }

        /// <summary>Sets the number of people in the open tube. A damaged tube cannot be packed, and its age no longer counts.</summary>
        public void Close(uint sequence, uint tubeSequence, byte people, bool damaged)
        {
            if (_open >= 0 && _openSequence == tubeSequence)
            {
                _people[_open] = people;
                _states[_open] = damaged ? Damaged : _states[_open];
                _sequences[_open] = damaged ? sequence : _sequences[_open];
            }
        }

        public void Pack(uint sequence, uint key)
        {
            int tube = Find(key);
            if (tube < 0)
            {
                tube = Add(key, sequence, 0); // of another lane: remembered, so that it is not packed twice
                _people[tube] = Protocol.Records.TubePacked.PeopleUnknown;
            }

            _states[tube] = Packed;
            _sequences[tube] = sequence;
        }

        public void Seal(uint sequence)
        {
            Move(Packed, Sealed, sequence);
        }

        public void HandOver(uint sequence)
        {
            Move(Sealed, Gone, sequence);
        }

        /// <summary>Reverts what an undone record did to tubes.</summary>
        public void Undo(uint sequence)
        {
            for (int i = 0; i < Max; i++)
            {
                if (_keys[i] == 0 || _sequences[i] != sequence)
                {
                    continue;
                }

                if (_states[i] != Here)
                {
                    _states[i] = _states[i] == Damaged ? Here : (byte)(_states[i] - 1);
                    bool isForeign = _states[i] == Here && _people[i] == Protocol.Records.TubePacked.PeopleUnknown;
                    _keys[i] = isForeign ? 0 : _keys[i];
                    _sequences[i] = _states[i] == Here && i == _open ? _openSequence : _sequences[i]; // its opening can still be undone
                }
                else if (_openSequence == sequence)
                {
                    _keys[i] = 0; // undoes the opening
                    _open = -1;
                    Count--;
                }
            }
        }

        public int Find(uint key)
        {
            for (int i = 0; i < Max; i++)
            {
                if (_keys[i] == key && key != 0)
                {
                    return i;
                }
            }

            return -1;
        }

        public bool IsPacked(int tube)
        {
            return _states[tube] != Here && _states[tube] != Damaged;
        }

        public bool IsDamaged(int tube)
        {
            return _states[tube] == Damaged;
        }

        public byte PeopleIn(int tube)
        {
            return _people[tube];
        }

        /// <summary>Adds an offset to all times, because they were counted from another zero.</summary>
        public void Shift(uint seconds)
        {
            for (int i = 0; i < Max; i++)
            {
                _openedAt[i] += _openedAt[i] == 0 ? 0 : seconds;
            }
        }

        private int Add(uint key, uint sequence, uint second)
        {
            int tube = _next;
            _next = (_next + 1) % Max;
            _keys[tube] = key;
            _sequences[tube] = sequence;
            _openedAt[tube] = second;
            _people[tube] = 0;
            _states[tube] = Here;
            return tube;
        }

        private void Move(byte from, byte to, uint sequence)
        {
            for (int i = 0; i < Max; i++)
            {
                if (_keys[i] != 0 && _states[i] == from)
                {
                    _states[i] = to;
                    _sequences[i] = sequence;
                }
            }
        }
    }
}
