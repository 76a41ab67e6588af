using FieldNode.Protocol;

namespace FieldNode.Lane
{
    /// <summary>The lane's last step outside the tube's own steps (opening, person, closing, which can be undone one after another). Undo
    /// takes it back first and restores the state before it.</summary>
    public sealed class LastStep
    {
        /// <summary>The record's sequence number; 0 if the last step was one of the tube's or was undone.</summary>
        public uint Sequence;

        /// <summary>One of <see cref="RecordType"/>.</summary>
        public byte Type;

        /// <summary>For a mode: which one. For a person turned away: the reason. For a place or a badge: a constant of
        /// <see cref="LaneUndo"/>.</summary>
        public byte Kind;

        /// <summary>The value to restore; its meaning depends on the type.</summary>
        public uint Before;

        /// <summary>True if the tube's steps can be undone again once this step is undone.</summary>
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
