using FieldNode.Protocol;

namespace FieldNode.Lane
{
    /// <summary>
    /// The lane's last step when it was none of the tube's own (opening, person, closing, which undo one after another): what undo takes
    /// back first, and what was before it.
    /// </summary>
    public sealed class LastStep
    {
        /// <summary>The record's sequence number; 0: the last step was one of the tube's, or was undone.</summary>
        public uint Sequence;

        /// <summary>One of <see cref="RecordType"/>.</summary>
        public byte Type;

        /// <summary>For a mode: which. For somebody turned away: the reason.</summary>
        public byte Kind;

        /// <summary>What to go back to; its meaning depends on the type.</summary>
        public uint Before;

        /// <summary>Once this is undone, the tube's steps can be undone again.</summary>
        public bool ChainBefore;

        internal void Clear()
        {
            Sequence = 0;
            Type = 0;
            Kind = 0;
            Before = 0;
            ChainBefore = false;
        }

        internal int Write(byte[] buffer, int offset)
        {
            offset = Varint.Write(buffer, offset, Sequence);
            buffer[offset] = Type;
            buffer[offset + 1] = (byte)(Kind << 1 | (ChainBefore ? 1 : 0));
            return Varint.Write(buffer, offset + 2, Before);
        }

        internal int TryRead(byte[] buffer, int offset, int end)
        {
            offset = Varint.TryRead(buffer, offset, end, out Sequence);
            if (offset < 0 || offset + 2 > end)
            {
                return -1;
            }

            Type = buffer[offset];
            Kind = (byte)(buffer[offset + 1] >> 1);
            ChainBefore = (buffer[offset + 1] & 1) != 0;
            return Varint.TryRead(buffer, offset + 2, end, out Before);
        }
    }
}
