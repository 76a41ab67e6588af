namespace FieldNode.Protocol
{
    /// <summary>A point where a log's seals start again: which chain of which key seals the records from there up to the next
    /// start.</summary>
    public sealed class SealStart
    {
        /// <summary><see cref="Key"/> of unsealed records, from earlier firmware.</summary>
        public const byte Plain = 0;

        /// <summary><see cref="Key"/> if the node does not know it, because flash damage destroyed the sector's head. The host knows it
        /// from other batches.</summary>
        public const byte Unknown = 255;

        /// <summary>Most enrolments of one node: each has two keys, and the key number is one byte.</summary>
        public const int EnrolmentsMax = 126;

        /// <summary>The key's number: <see cref="OfCard"/> or <see cref="OfClaim"/> of an enrolment, <see cref="Plain"/> or
        /// <see cref="Unknown"/>.</summary>
        public byte Key;

        /// <summary>Number of earlier chains of this key.</summary>
        public byte Chain;

        /// <summary>Sequence number of the chain's first record.</summary>
        public uint Since;

        /// <summary>
        /// Tells apart two reserves with the same <see cref="Key"/> (<see cref="NodeKeys.SealCheck"/>): a box that lost its settings and
        /// scans its old card again has a new reserve under the old number. 0 for a chain of the earlier format, which had no check.
        /// </summary>
        public uint Check;

        /// <summary>True if the pads depend on the record's unsealed bytes (<see cref="SealChain"/>).</summary>
        public bool IsBound { get { return Check != 0; } }

        /// <summary>Number of the key derived from the card alone, before the claim is traded; enrolments of a node count from 1.</summary>
        public static byte OfCard(int enrolment)
        {
            return (byte)(2 * enrolment);
        }

        /// <summary>Number of the key derived from the traded claim.</summary>
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
