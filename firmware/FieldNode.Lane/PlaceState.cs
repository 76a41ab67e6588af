using FieldNode.Protocol;

namespace FieldNode.Lane
{
    /// <summary>The household or stop at which people are sampled.</summary>
    public sealed class PlaceState
    {
        public const byte None = 0;
        public const byte Open = 1;

        /// <summary>Closed; kept until the next place opens, so that closing can be undone.</summary>
        public const byte Closed = 2;

        public readonly byte[] Code = new byte[LaneLimits.PlaceBytesMax];

        public byte Status;

        /// <summary>One of the kinds in <see cref="Protocol.Records.PlaceOpened"/>.</summary>
        public byte Kind;
        public uint Sequence;
        public int CodeCount;

        /// <summary>People sampled here.</summary>
        public uint People;

        public bool IsOpen { get { return Status == Open; } }

        internal void CopyFrom(PlaceState other)
        {
            Status = other.Status;
            Kind = other.Kind;
            Sequence = other.Sequence;
            CodeCount = other.CodeCount;
            People = other.People;
            System.Array.Copy(other.Code, 0, Code, 0, other.CodeCount);
        }

        internal void Reset()
        {
            Status = None;
            Kind = 0;
            Sequence = 0;
            CodeCount = 0;
            People = 0;
        }

        internal int Write(byte[] buffer, int offset)
        {
            buffer[offset] = Status;
            buffer[offset + 1] = Kind;
            offset = Varint.Write(buffer, offset + 2, Sequence);
            offset = Varint.Write(buffer, offset, People);
            return Text.Write(buffer, offset, Code, CodeCount);
        }

        internal int TryRead(byte[] buffer, int offset, int end)
        {
            if (offset < 0 || offset + 2 > end || buffer[offset] > Closed)
            {
                return -1;
            }

            Status = buffer[offset];
            Kind = buffer[offset + 1];
            offset = Varint.TryRead(buffer, offset + 2, end, out Sequence);
            offset = Varint.TryRead(buffer, offset, end, out People);
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
