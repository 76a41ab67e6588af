namespace FieldNode.Protocol
{
    /// <summary>Where a log's seals begin again: which chain of which key seals the records from one on, up to the next start.</summary>
    public sealed class SealStart
    {
        /// <summary><see cref="Key"/> of records that are not sealed: those of earlier firmware.</summary>
        public const byte Plain = 0;

        /// <summary><see cref="Key"/> when the node cannot tell: flash damage took the sector's head. The host knows from other
        /// batches.</summary>
        public const byte Unknown = 255;

        /// <summary>Most enrolments of one node: two keys each in a byte.</summary>
        public const int EnrolmentsMax = 126;

        /// <summary>Which key: <see cref="OfCard"/> or <see cref="OfClaim"/> of an enrolment.</summary>
        public byte Key;

        /// <summary>How many chains of that key were begun before.</summary>
        public byte Chain;

        /// <summary>Sequence number of the first record.</summary>
        public uint Since;

        /// <summary>
        /// Tells two reserves with the same <see cref="Key"/> apart (<see cref="NodeKeys.SealCheck"/>): a box that lost its settings and
        /// scans its old card again has another reserve under the old number. 0: a chain of the earlier format, which did not tell.
        /// </summary>
        public uint Check;

        /// <summary>The pads hold the record's unsealed bytes (<see cref="SealChain"/>).</summary>
        public bool IsBound { get { return Check != 0; } }

        /// <summary>The key that the card alone gives, before the claim is traded; enrolments of a node count from 1.</summary>
        public static byte OfCard(int enrolment)
        {
            return (byte)(2 * enrolment);
        }

        /// <summary>The key that the traded claim gave.</summary>
        public static byte OfClaim(int enrolment)
        {
            return (byte)(2 * enrolment + 1);
        }

        public void CopyFrom(SealStart other)
        {
            Set(other.Key, other.Chain, other.Since, other.Check);
        }

        public void Set(byte key, byte chain, uint since, uint check)
        {
            Key = key;
            Chain = chain;
            Since = since;
            Check = check;
        }

        public bool Same(SealStart other)
        {
            return Key == other.Key && Chain == other.Chain && Since == other.Since && Check == other.Check;
        }
    }
}
