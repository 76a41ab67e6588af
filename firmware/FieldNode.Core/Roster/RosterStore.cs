using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Roster
{
    /// <summary>
    /// The site's expected people on a separate flash: a head in the first sector, written last, and the body of the
    /// <see cref="RosterTable"/> from the second sector on. Finding a person takes two reads. The key is in the head only: without it the
    /// body reveals nothing, so erasing the first sector is enough.
    /// <code>
    ///   0      4     5       8        28        32         36
    ///   +------+-----+-------+--------+---------+----------+
    ///   | FNRO | v 2 | 0 0 0 | table  | owner   | CRC-32   |
    ///   |      |     |       | 20     | u32     | of 0..31 |
    ///   +------+-----+-------+--------+---------+----------+
    /// </code>
    /// The owner is the CRC-32 of the host's id and the site's name: a roster of another site is not used.
    /// </summary>
    public sealed class RosterStore
    {
        /// <summary>Result of <see cref="Find"/> for a person who is not listed.</summary>
        public const int NotListed = -1;

        /// <summary>Result of <see cref="Find"/> if there is no roster or the flash does not answer.</summary>
        public const int Unknown = -2;

        /// <summary>Results of <see cref="StepProof"/>.</summary>
        public const byte ProofUnderWay = 0;
        public const byte ProofDone = 1;
        public const byte ProofFailed = 2;

        private const byte Version = 2;
        private const int TableAt = 8;
        private const int OwnerAt = 28;
        private const int HeadBytes = 36;
        private const int ProofBytes = 192; // per step
        private const int HouseholdMax = 64; // a limit, in case damage makes an endless cycle of links

        private static readonly byte[] s_magic = Text.Ascii("FNRO");

        private readonly IFlash _flash;
        private readonly uint _owner;
        private readonly byte[] _buffer = new byte[ProofBytes];
        private readonly RosterTable _table = new RosterTable();
        private readonly RosterTable _new = new RosterTable();

        private bool _mustDrop;  // the first sector holds data that must be erased
        private bool _isErasing;
        private int _erasing;
        private int _erased;     // addresses below it are erased, for the roster being written
        private int _proven;
        private uint _running;

        public RosterStore(IFlash flash, uint hostId, byte[] site)
        {
            _flash = flash;
            uint running = Crc32.AppendUInt32(Crc32.Start, hostId);
            _owner = Crc32.Finish(Crc32.Append(running, site, 0, site.Length));
        }

        /// <summary>Number of the complete roster on this node; 0 if there is none.</summary>
        public byte Number { get; private set; }

        /// <summary>Number of people on it.</summary>
        public int Count { get { return Number == 0 ? 0 : _table.People; } }

        /// <summary>Distinguishes it from any other roster; 0 if there is none.</summary>
        public uint Mark { get { return Number == 0 ? 0 : _table.Crc ^ (uint)_table.Key; } }

        /// <summary>Looks for a roster on the flash. Anything other than a roster of this site is dropped.</summary>
        public void Load()
        {
            bool isRead = _flash.Read(0, _buffer, 0, HeadBytes);
            bool isHere = isRead && Text.StartsWith(_buffer, 0, HeadBytes, s_magic) && _buffer[4] == Version
                && LittleEndian.ReadUInt32(_buffer, HeadBytes - 4) == Crc32.Compute(_buffer, 0, HeadBytes - 4)
                && LittleEndian.ReadUInt32(_buffer, OwnerAt) == _owner && _table.TryRead(_buffer, TableAt) && Fits(_table);
            Number = isHere ? _table.Number : (byte)0;
            _mustDrop = isRead && !isHere && !SectorWalk.AllErased(_buffer, 0, HeadBytes);
        }

        /// <summary>True if the complete roster on this node is this one.</summary>
        public bool Holds(RosterTable table)
        {
            return Number != 0 && _table.IsSame(table);
        }

        /// <summary>Stops using the roster; <see cref="StepDrop"/> erases it.</summary>
        public void Drop()
        {
            _mustDrop |= Number != 0;
            Number = 0;
        }

        /// <summary>Advances the erase of a dropped roster; true while there is something to erase.</summary>
        public bool StepDrop()
        {
            if (_mustDrop)
            {
                _mustDrop = StepErase(0) == FlashErase.UnderWay;
            }

            return _mustDrop;
        }

        /// <summary>Begins to write another roster and discards the old one. False if it does not fit.</summary>
        public bool Begin(RosterTable table)
        {
            Number = 0;
            _mustDrop = false;
            table.Write(_buffer, 0);
            _new.TryRead(_buffer, 0);
            _erased = 0;
            _proven = 0;
            _running = Crc32.Start;
            return Fits(_new);
        }

        /// <summary>True if the roster being written is this one.</summary>
        public bool IsWriting(RosterTable table)
        {
            return _new.IsSame(table);
        }

        /// <summary>Advances the erase of the space for the head and the first bytes of the body.</summary>
        /// <returns>One of <see cref="FlashErase"/>; Done if all of it is erased.</returns>
        public byte Prepare(int bytes)
        {
            if (_erased >= _flash.SectorBytes + bytes)
            {
                return FlashErase.Done;
            }

            byte state = StepErase(_erased);
            _erased += state == FlashErase.Done ? _flash.SectorBytes : 0;
            return state == FlashErase.Failed ? state : FlashErase.UnderWay;
        }

        /// <summary>Writes the next bytes of the body, in order, to prepared space. False if the flash fails.</summary>
        public bool Write(int at, byte[] body, int offset, int count)
        {
            return _flash.Program(_flash.SectorBytes + at, body, offset, count);
        }

        /// <summary>Advances the check of a roster that is written completely; once it is done, the roster is in use.</summary>
        public byte StepProof()
        {
            int left = _new.BodyBytes - _proven;
            int part = left < ProofBytes ? left : ProofBytes;
            if (!_flash.Read(_flash.SectorBytes + _proven, _buffer, 0, part))
            {
                return ProofFailed;
            }

            _running = Crc32.Append(_running, _buffer, 0, part);
            _proven += part;
            if (_proven < _new.BodyBytes)
            {
                return ProofUnderWay;
            }

            return Crc32.Finish(_running) == _new.Crc && WriteHead() ? ProofDone : ProofFailed;
        }

        /// <summary>A person's place, <see cref="NotListed"/> or <see cref="Unknown"/>.</summary>
        /// <param name="person">CRC-32 of the code.</param>
        public int Find(uint person)
        {
            if (Number == 0 || !_flash.Read(_flash.SectorBytes + _table.BucketOf(person) * RosterTable.DisplacementBytes, _buffer, 0,
                RosterTable.DisplacementBytes))
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

        /// <summary>What the roster says about a person, and how many of the household this node has not seen in this round.</summary>
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

        private bool WriteHead()
        {
            System.Array.Clear(_buffer, 0, HeadBytes);
            System.Array.Copy(s_magic, _buffer, 4);
            _buffer[4] = Version;
            _new.Write(_buffer, TableAt);
            LittleEndian.WriteUInt32(_buffer, OwnerAt, _owner);
            LittleEndian.WriteUInt32(_buffer, HeadBytes - 4, Crc32.Compute(_buffer, 0, HeadBytes - 4));
            if (!_flash.Program(0, _buffer, 0, HeadBytes))
            {
                return false;
            }

            Load();
            return Number == _new.Number;
        }

        // Another part of the flash may be erasing now: then the caller tries again.
        private byte StepErase(int address)
        {
            if (!_isErasing)
            {
                byte begun = _flash.BeginErase(address);
                _isErasing = begun == FlashErase.UnderWay;
                _erasing = address;
                return begun == FlashErase.Failed ? begun : FlashErase.UnderWay;
            }

            byte state = _flash.PollErase();
            _isErasing = state == FlashErase.UnderWay;
            return _erasing == address ? state : FlashErase.UnderWay; // else it belonged to data that is no longer wanted
        }

        private bool ReadPlace(int place)
        {
            return _flash.Read(_flash.SectorBytes + _table.PlacesOffset + place * RosterTable.PlaceBytes, _buffer, 0,
                RosterTable.PlaceBytes);
        }

        private bool Fits(RosterTable table)
        {
            return _flash.SectorBytes + table.BodyBytes <= _flash.Bytes;
        }
    }
}
