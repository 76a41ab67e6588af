using FieldNode.Protocol;

namespace FieldNode.Lane
{
    /// <summary>The current transport bag, and totals of the sealed bags that wait for handover.</summary>
    public sealed class BagState
    {
        public const byte None = 0;
        public const byte Open = 1;

        /// <summary>Sealed; kept until the next bag opens, so that sealing can be undone.</summary>
        public const byte Sealed = 2;

        public readonly byte[] Code = new byte[LaneLimits.TubeBytesMax];

        public byte Status;
        public uint Sequence;
        public int CodeCount;

        /// <summary>Tubes in the bag, and people in them; a tube with an unknown count adds no people.</summary>
        public uint Tubes;
        public uint People;

        /// <summary>Number of tubes in the bag that another lane filled, so their people are unknown.</summary>
        public uint Unknown;

        /// <summary>Sealed bags not yet handed over, and the tubes in them.</summary>
        public byte SealedBags;
        public uint SealedTubes;

        public bool IsOpen { get { return Status == Open; } }

        internal bool IsBlank { get { return Status == None && SealedBags == 0; } }

        internal void Reset()
        {
            Status = None;
            Sequence = 0;
            CodeCount = 0;
            Tubes = 0;
            People = 0;
            Unknown = 0;
            SealedBags = 0;
            SealedTubes = 0;
        }

        internal int Write(byte[] buffer, int offset)
        {
            buffer[offset] = Status;
            buffer[offset + 1] = SealedBags;
            offset = Varint.Write(buffer, offset + 2, SealedTubes);
            if (Status == None)
            {
                return offset;
            }

            offset = Varint.Write(buffer, offset, Sequence);
            offset = Varint.Write(buffer, offset, Tubes);
            offset = Varint.Write(buffer, offset, People);
            offset = Varint.Write(buffer, offset, Unknown);
            return Text.Write(buffer, offset, Code, CodeCount);
        }

        internal int TryRead(byte[] buffer, int offset, int end)
        {
            if (offset < 0 || offset + 2 > end || buffer[offset] > Sealed)
            {
                return -1;
            }

            Status = buffer[offset];
            SealedBags = buffer[offset + 1];
            offset = Varint.TryRead(buffer, offset + 2, end, out SealedTubes);
            if (Status == None)
            {
                return offset;
            }

            offset = Varint.TryRead(buffer, offset, end, out Sequence);
            offset = Varint.TryRead(buffer, offset, end, out Tubes);
            offset = Varint.TryRead(buffer, offset, end, out People);
            offset = Varint.TryRead(buffer, offset, end, out Unknown);
            int count = offset < 0 ? -1 : Text.Count(buffer, offset, end, Code.Length);
            if (count < 0)
            {
                return -1;
            }

            CodeCount = count;
            System.Array.Copy(buffer, offset + 1, Code, 0, count);
            return offset + 1 + count;
        }
    }
}
