namespace FieldNode.Protocol
{
    /// <summary>
    /// A roster's table: the number of people, where each person's place is, and the key. A person of the roster is found in one step and
    /// is never mistaken for another. A stranger matches an entry once in 64 times, so that someone who finds a node and tries ID numbers
    /// gets many wrong people for each right one (docs/decisions/0017-a-roster-that-can-deny.md).
    /// <code>
    ///   0        1    2        4         6        8         16          20
    ///   +--------+----+--------+---------+--------+---------+-----------+
    ///   | number | 0  | people | buckets | places | key     | CRC-32 of |
    ///   | u8     |    | u16    | u16     | u16    | u64     | the body  |
    ///   +--------+----+--------+---------+--------+---------+-----------+
    ///   body:        | displacement u16 of each bucket | 3 bytes for each place |
    ///   a place:     | fingerprint u8 (0 to 63) | place of the next of the household u16          |
    ///
    ///   a            mix(CRC-32 of the code XOR low half of the key)
    ///   b            mix(a XOR high half of the key)
    ///   bucket       a mod buckets
    ///   place        mix(b + displacement of the bucket * 9E3779B9) mod places
    ///   fingerprint  the upper 6 bits of b
    ///   mix(x)       x ^= x >> 16, x *= 85EBCA6B, x ^= x >> 13, x *= C2B2AE35, x ^= x >> 16, all in 32 bits
    /// </code>
    /// The host chooses each bucket's displacement so that no two people share a place. "Next" leads through a household and back to the
    /// first person. An empty place looks like a person who lives alone. The number (1 to 255) tells a site's roster from the previous one.
    /// </summary>
    public sealed class RosterTable
    {
        public const int Bytes = 20;
        public const int DisplacementBytes = 2;
        public const int PlaceBytes = 3;

        /// <summary>Most people in a roster.</summary>
        public const int PeopleMax = 10000;

        /// <summary>Most places: see <see cref="PlacesFor"/>.</summary>
        public const int PlacesMax = PeopleMax + PeopleMax / SpareShare + 1;

        /// <summary>A stranger matches an entry once in this many times.</summary>
        public const int Fingerprints = 64;

        private const int SpareShare = 10;
        private const int FingerprintShift = 26;
        private const uint Golden = 0x9E3779B9;

        public byte Number;
        public ushort People;
        public ushort Buckets = 1;
        public ushort Places = 1;
        public ulong Key;
        public uint Crc;

        /// <summary>Where the places begin, from the body's start.</summary>
        public int PlacesOffset { get { return Buckets * DisplacementBytes; } }

        public int BodyBytes { get { return PlacesOffset + Places * PlaceBytes; } }

        /// <summary>Number of places for a number of people: one in eleven is spare, so that adding a few people changes little of the
        /// table.</summary>
        public static int PlacesFor(int people)
        {
            return people + people / SpareShare + 1;
        }

        /// <summary>The bucket of a code, by its CRC-32.</summary>
        public int BucketOf(uint code)
        {
            return (int)(A(code) % Buckets);
        }

        public int PlaceOf(uint code, ushort displacement)
        {
            return (int)(Mix(B(code) + displacement * Golden) % Places);
        }

        public byte FingerprintOf(uint code)
        {
            return (byte)(B(code) >> FingerprintShift);
        }

        public void Write(byte[] buffer, int offset)
        {
            buffer[offset] = Number;
            buffer[offset + 1] = 0;
            LittleEndian.WriteUInt16(buffer, offset + 2, People);
            LittleEndian.WriteUInt16(buffer, offset + 4, Buckets);
            LittleEndian.WriteUInt16(buffer, offset + 6, Places);
            LittleEndian.WriteUInt64(buffer, offset + 8, Key);
            LittleEndian.WriteUInt32(buffer, offset + 16, Crc);
        }

        /// <summary>False if the table is invalid; its fields must not be used then.</summary>
        public bool TryRead(byte[] buffer, int offset)
        {
            Number = buffer[offset];
            People = LittleEndian.ReadUInt16(buffer, offset + 2);
            Buckets = LittleEndian.ReadUInt16(buffer, offset + 4);
            Places = LittleEndian.ReadUInt16(buffer, offset + 6);
            Key = LittleEndian.ReadUInt64(buffer, offset + 8);
            Crc = LittleEndian.ReadUInt32(buffer, offset + 16);
            return buffer[offset + 1] == 0 && Buckets > 0 && Buckets <= PlacesMax && Places > 0 && Places <= PlacesMax && People <= Places
                && People <= PeopleMax;
        }

        public bool IsSame(RosterTable other)
        {
            return Number == other.Number && People == other.People && Buckets == other.Buckets && Places == other.Places
                && Key == other.Key && Crc == other.Crc;
        }

        private uint A(uint code)
        {
            return Mix(code ^ (uint)Key);
        }

        private uint B(uint code)
        {
            return Mix(A(code) ^ (uint)(Key >> 32));
        }

        private static uint Mix(uint x)
        {
            x ^= x >> 16;
            x *= 0x85EBCA6B;
            x ^= x >> 13;
            x *= 0xC2B2AE35;
            return x ^ (x >> 16);
        }
    }
}
