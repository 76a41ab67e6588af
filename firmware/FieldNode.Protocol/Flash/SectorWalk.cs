namespace FieldNode.Protocol.Flash
{
    /// <summary>
    /// Goes through the frames of one sector in memory: over bytes cleared after a torn write, over damage to the next frame that proves
    /// itself by its CRC and sequence, up to erased flash or a torn tail.
    /// </summary>
    public sealed class SectorWalk
    {
        private readonly byte[] _sector;
        private readonly int _end;
        private readonly uint _epoch;

        private int _offset;

        public SectorWalk(byte[] sector, int offset, int end, uint epoch, uint firstSequence)
        {
            _sector = sector;
            _offset = offset;
            _end = end;
            _epoch = epoch;
            NextSequence = firstSequence;
        }

        /// <summary>Offset of the frame found by <see cref="Next"/>.</summary>
        public int FrameOffset { get; private set; }

        public int FrameBytes { get; private set; }

        public uint Sequence { get; private set; }

        /// <summary>The frame is the ring's own bookkeeping and has no sequence of its own.</summary>
        public bool IsLocal { get; private set; }

        /// <summary>The sequence number that the next record would have.</summary>
        public uint NextSequence { get; private set; }

        /// <summary>Where the log ends in this sector, once <see cref="Next"/> has returned false.</summary>
        public int EndOffset { get { return _offset; } }

        public int DamagedPlaces { get; private set; }

        /// <summary>Offset of the newest damaged place, or -1.</summary>
        public int DamageOffset { get; private set; } = -1;

        /// <summary>Finds the next frame; false at the end.</summary>
        public bool Next()
        {
            return NextIntact() || (_offset < _end && SkipDamage());
        }

        /// <summary>Finds the next frame if nothing but cleared bytes is before it; false at the end and before damage.</summary>
        public bool NextIntact()
        {
            while (_offset < _end && _sector[_offset] == Frame.Cleared)
            {
                _offset++;
            }

            int bytes = Frame.Check(_sector, _offset, _end, _epoch, NextSequence);
            if (bytes == 0)
            {
                return false;
            }

            Take(_offset, bytes, NextSequence);
            return true;
        }

        /// <summary>Whether a range reads as erased flash.</summary>
        public static bool AllErased(byte[] buffer, int offset, int end)
        {
            for (int i = offset; i < end; i++)
            {
                if (buffer[i] != Frame.Erased)
                {
                    return false;
                }
            }

            return true;
        }

        private void Take(int offset, int bytes, uint sequence)
        {
            FrameOffset = offset;
            FrameBytes = bytes;
            Sequence = sequence;
            IsLocal = Frame.Type(_sector, offset) >= RecordType.FirstLocal;
            NextSequence = IsLocal ? sequence : sequence + 1;
            _offset = offset + bytes;
        }

        private bool SkipDamage()
        {
            if (AllErased(_sector, _offset, _end))
            {
                return false;
            }

            for (int offset = _offset + 1; offset < _end; offset++)
            {
                int bytes = Frame.ClaimedBytes(_sector, offset, _end);
                if (bytes > 0 && TakeAfterDamage(offset, bytes))
                {
                    return true;
                }
            }

            return false;
        }

        // No more frames can be missing than fit into the bytes skipped, so a chance hit is one in many millions.
        private bool TakeAfterDamage(int offset, int bytes)
        {
            uint lost = Frame.ImpliedSequence(_sector, offset, bytes, _epoch) - NextSequence;
            if (lost > (uint)(offset - _offset) / Frame.OverheadBytes)
            {
                return false;
            }

            DamagedPlaces++;
            DamageOffset = _offset;
            Take(offset, bytes, NextSequence + lost);
            return true;
        }
    }
}
