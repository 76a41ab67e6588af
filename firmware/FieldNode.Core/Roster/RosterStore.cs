using FieldNode.Core.Lane;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Protocol;

namespace FieldNode.Core.Roster
{
    /// <summary>
    /// The site's expected people on a flash of its own: a head in the first sector, written last, and 6 bytes a person behind it, found by
    /// halving. A stranger passes for one of 5,000 once in 860,000 times (5,000 of 2^32).
    /// <code>
    ///   0      4      5        6          8           12         16
    ///   +------+------+--------+----------+-----------+----------+
    ///   | FNRO | v 1  | number | people   | CRC-32 of | CRC-32   |
    ///   |      |      | u8     | u16      | people    | of 0..11 |
    ///   +------+------+--------+----------+-----------+----------+
    /// </code>
    /// </summary>
    public sealed class RosterStore
    {
        private const byte Version = 1;
        private const int HeadBytes = 16;
        private const int HouseholdMax = 64; // a damaged ring of links ends too

        private static readonly byte[] s_magic = Text.Ascii("FNRO");

        private readonly IFlash _flash;
        private readonly byte[] _buffer = new byte[RosterMessage.PersonBytes * 32];

        private byte _newNumber;
        private int _newCount;
        private uint _newCrc;

        public RosterStore(IFlash flash)
        {
            _flash = flash;
        }

        /// <summary>Of the roster that is here whole; 0: there is none.</summary>
        public byte Number { get; private set; }

        /// <summary>People on it.</summary>
        public int Count { get; private set; }

        /// <summary>People on the roster that is being written.</summary>
        public int NewCount { get { return _newCount; } }

        /// <summary>Looks for a roster on the flash.</summary>
        public void Load()
        {
            Number = 0;
            Count = 0;
            if (_flash.Read(0, _buffer, 0, HeadBytes) && Text.StartsWith(_buffer, 0, HeadBytes, s_magic) && _buffer[4] == Version
                && LittleEndian.ReadUInt32(_buffer, 12) == Crc32.Of(_buffer, 0, 12) && Fits(LittleEndian.ReadUInt16(_buffer, 6)))
            {
                Number = _buffer[5];
                Count = LittleEndian.ReadUInt16(_buffer, 6);
            }
        }

        /// <summary>Makes room for another roster; the old one is gone. False when it does not fit or the flash fails.</summary>
        public bool Begin(byte number, int people, uint crc)
        {
            Number = 0;
            Count = 0;
            _newNumber = number;
            _newCount = people;
            _newCrc = crc;
            return Fits(people) && _flash.EraseSector(0);
        }

        /// <summary>Writes the next people, in order. False when the flash fails.</summary>
        public bool Write(int first, byte[] people, int offset, int count)
        {
            int address = AddressOf(first);
            int end = AddressOf(first + count);
            while (address < end)
            {
                int sectorEnd = (address / _flash.SectorBytes + 1) * _flash.SectorBytes;
                int part = (end < sectorEnd ? end : sectorEnd) - address;
                bool isSectorBegun = address % _flash.SectorBytes != 0;
                if ((!isSectorBegun && !_flash.EraseSector(address)) || !_flash.Program(address, people, offset, part))
                {
                    return false;
                }

                address += part;
                offset += part;
            }

            return true;
        }

        /// <summary>All people are written: proves it, and from now on the roster counts.</summary>
        public bool Finish()
        {
            uint running = Crc32.Start;
            int end = AddressOf(_newCount);
            for (int address = AddressOf(0); address < end; address += _buffer.Length)
            {
                int part = end - address < _buffer.Length ? end - address : _buffer.Length;
                if (!_flash.Read(address, _buffer, 0, part))
                {
                    return false;
                }

                running = Crc32.Append(running, _buffer, 0, part);
            }

            if (Crc32.Finish(running) != _newCrc)
            {
                return false;
            }

            System.Array.Copy(s_magic, _buffer, 4);
            _buffer[4] = Version;
            _buffer[5] = _newNumber;
            LittleEndian.WriteUInt16(_buffer, 6, (ushort)_newCount);
            LittleEndian.WriteUInt32(_buffer, 8, _newCrc);
            LittleEndian.WriteUInt32(_buffer, 12, Crc32.Of(_buffer, 0, 12));
            if (!_flash.Program(0, _buffer, 0, HeadBytes))
            {
                return false;
            }

            Load();
            return Number == _newNumber;
        }

        /// <summary>What the roster says of a person, and how many of the household this node has not seen in this round.</summary>
        /// <returns>One of <see cref="RosterAdvice"/>.</returns>
        public byte Advise(uint person, LaneMemory memory, out int missing)
        {
            missing = 0;
            int place = Number == 0 ? -1 : Find(person);
            if (place < 0)
            {
                return Number == 0 || place == -2 ? RosterAdvice.None : RosterAdvice.NotListed;
            }

            int next = place;
            for (int i = 0; i < HouseholdMax; i++)
            {
                if (!Read(next))
                {
                    return RosterAdvice.None;
                }

                uint hash = LittleEndian.ReadUInt32(_buffer, 0);
                missing += hash == person || memory.HasPerson(hash) ? 0 : 1;
                next = LittleEndian.ReadUInt16(_buffer, 4);
                if (next == place || next >= Count)
                {
                    break;
                }
            }

            return missing > 0 ? RosterAdvice.HouseholdMissing : RosterAdvice.HouseholdDone;
        }

        // The person's place, -1 when it is not listed, -2 when the flash does not answer.
        private int Find(uint person)
        {
            int low = 0;
            int high = Count - 1;
            while (low <= high)
            {
                int middle = (low + high) / 2;
                if (!Read(middle))
                {
                    return -2;
                }

                uint hash = LittleEndian.ReadUInt32(_buffer, 0);
                if (hash == person)
                {
                    return middle;
                }

                if (hash < person)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            return -1;
        }

        private bool Read(int place)
        {
            return _flash.Read(AddressOf(place), _buffer, 0, RosterMessage.PersonBytes);
        }

        private bool Fits(int people)
        {
            return people <= RosterMessage.PeopleMax && AddressOf(people) <= _flash.Bytes;
        }

        private int AddressOf(int place)
        {
            return _flash.SectorBytes + place * RosterMessage.PersonBytes;
        }
    }
}
