using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Protocol;

namespace FieldNode.Core.Roster
{
    /// <summary>
    /// The site's expected people on a flash of its own: a head in the first sector, written last, and the body of the
    /// <see cref="RosterTable"/> from the second sector on. A person is found with two reads.
    /// <code>
    ///   0      4     5       8        28         32
    ///   +------+-----+-------+--------+----------+
    ///   | FNRO | v 2 | 0 0 0 | table  | CRC-32   |
    ///   |      |     |       | 20     | of 0..27 |
    ///   +------+-----+-------+--------+----------+
    /// </code>
    /// </summary>
    public sealed class RosterStore
    {
        /// <summary>What <see cref="Find"/> returns of somebody who is not listed.</summary>
        public const int NotListed = -1;

        /// <summary>What <see cref="Find"/> returns when there is no roster, or the flash does not answer.</summary>
        public const int Unknown = -2;

        private const byte Version = 2;
        private const int TableAt = 8;
        private const int HeadBytes = 32;
        private const int HouseholdMax = 64; // a damaged ring of links ends too

        private static readonly byte[] s_magic = Text.Ascii("FNRO");

        private readonly IFlash _flash;
        private readonly byte[] _buffer = new byte[192];
        private readonly RosterTable _table = new RosterTable();
        private readonly RosterTable _new = new RosterTable();

        private int _cleared;

        public RosterStore(IFlash flash)
        {
            _flash = flash;
        }

        /// <summary>Of the roster that is here whole; 0: there is none.</summary>
        public byte Number { get; private set; }

        /// <summary>People on it.</summary>
        public int Count { get { return Number == 0 ? 0 : _table.People; } }

        /// <summary>Tells it from any other roster; 0: there is none.</summary>
        public uint Mark { get { return Number == 0 ? 0 : _table.Crc ^ (uint)_table.Key; } }

        /// <summary>Looks for a roster on the flash.</summary>
        public void Load()
        {
            bool isHere = _flash.Read(0, _buffer, 0, HeadBytes) && Text.StartsWith(_buffer, 0, HeadBytes, s_magic) && _buffer[4] == Version
                && LittleEndian.ReadUInt32(_buffer, HeadBytes - 4) == Crc32.Of(_buffer, 0, HeadBytes - 4) && _table.TryRead(_buffer, TableAt) && Fits(_table);
            Number = isHere ? _table.Number : (byte)0;
        }

        /// <summary>Makes room for another roster; the old one is gone. False when it does not fit or the flash fails.</summary>
        public bool Begin(RosterTable table)
        {
            Number = 0;
            table.Write(_buffer, 0);
            _new.TryRead(_buffer, 0);
            _cleared = 0;
            return Fits(_new) && _flash.EraseSector(0);
        }

        /// <summary>Whether what is being written is this roster.</summary>
        public bool IsWriting(RosterTable table)
        {
            return _new.IsSame(table);
        }

        /// <summary>Writes the next bytes of the body, in order. False when the flash fails.</summary>
        public bool Write(int at, byte[] body, int offset, int count)
        {
            int address = _flash.SectorBytes + at;
            int end = address + count;
            while (address < end)
            {
                int sectorEnd = (address / _flash.SectorBytes + 1) * _flash.SectorBytes;
                int part = (end < sectorEnd ? end : sectorEnd) - address;
                bool isSectorBegun = address % _flash.SectorBytes != 0;
                if ((!isSectorBegun && !_flash.EraseSector(address)) || !_flash.Program(address, body, offset, part))
                {
                    return false;
                }

                address += part;
                offset += part;
            }

            return true;
        }

        /// <summary>
        /// Clears one sector that a longer roster before this one may have left: two rosters tell more than one. False when there are more, or
        /// the flash fails.
        /// </summary>
        public bool ClearRest()
        {
            int sector = _flash.SectorBytes + _new.BodyBytes + _flash.SectorBytes - 1;
            int address = sector - sector % _flash.SectorBytes + _cleared * _flash.SectorBytes;
            if (address >= _flash.Bytes)
            {
                return true;
            }

            _cleared += _flash.EraseSector(address) ? 1 : 0;
            return false;
        }

        /// <summary>All of it is written: proves it, and from now on the roster counts.</summary>
        public bool Finish()
        {
            uint running = Crc32.Start;
            int end = _flash.SectorBytes + _new.BodyBytes;
            for (int address = _flash.SectorBytes; address < end; address += _buffer.Length)
            {
                int part = end - address < _buffer.Length ? end - address : _buffer.Length;
                if (!_flash.Read(address, _buffer, 0, part))
                {
                    return false;
                }

                running = Crc32.Append(running, _buffer, 0, part);
            }

            if (Crc32.Finish(running) != _new.Crc)
            {
                return false;
            }

            System.Array.Clear(_buffer, 0, HeadBytes);
            System.Array.Copy(s_magic, _buffer, 4);
            _buffer[4] = Version;
            _new.Write(_buffer, TableAt);
            LittleEndian.WriteUInt32(_buffer, HeadBytes - 4, Crc32.Of(_buffer, 0, HeadBytes - 4));
            if (!_flash.Program(0, _buffer, 0, HeadBytes))
            {
                return false;
            }

            Load();
            return Number == _new.Number;
        }

        /// <summary>A person's place, <see cref="NotListed"/> or <see cref="Unknown"/>.</summary>
        /// <param name="person">CRC-32 of the code.</param>
        public int Find(uint person)
        {
            if (Number == 0 || !_flash.Read(_flash.SectorBytes + _table.BucketOf(person) * RosterTable.DisplacementBytes, _buffer, 0, RosterTable.DisplacementBytes))
            {
                return Unknown;
            }

            int place = _table.PlaceOf(person, LittleEndian.ReadUInt16(_buffer, 0));
            if (!ReadPlace(place))
            {
                return Unknown;
            }

            return _buffer[0] == _table.FingerprintOf(person) ? place : NotListed;
        }

        /// <summary>What the roster says of a person, and how many of the household this node has not seen in this round.</summary>
        /// <returns>One of <see cref="RosterAdvice"/>.</returns>
        public byte Advise(uint person, RosterMarks marks, out int missing)
        {
            missing = 0;
            int place = Find(person);
            if (place < 0)
            {
                return place == NotListed ? RosterAdvice.NotListed : RosterAdvice.None;
            }

            int next = place;
            for (int i = 0; i < HouseholdMax; i++)
            {
                if (!ReadPlace(next))
                {
                    return RosterAdvice.None;
                }

                missing += next == place || marks.Has(next) ? 0 : 1;
                next = LittleEndian.ReadUInt16(_buffer, 1);
                if (next == place || next >= _table.Places)
                {
                    break;
                }
            }

            if (missing == 0)
            {
                return RosterAdvice.HouseholdDone;
            }

            if (!marks.KnowsAll)
            {
                missing = 0;
                return RosterAdvice.Listed;
            }

            return RosterAdvice.HouseholdMissing;
        }

        private bool ReadPlace(int place)
        {
            return _flash.Read(_flash.SectorBytes + _table.PlacesOffset + place * RosterTable.PlaceBytes, _buffer, 0, RosterTable.PlaceBytes);
        }

        private bool Fits(RosterTable table)
        {
            return _flash.SectorBytes + table.BodyBytes <= _flash.Bytes;
        }
    }
}
