namespace FieldNode.Protocol.Flash
{
    /// <summary>
    /// Goes through the frames of one sector in memory: over bytes cleared after a torn write, over damage to the next frame that proves
    /// itself by its CRC and sequence, up to erased flash or a torn tail.
    /// </summary>
    public sealed class SectorWalk
    {
        /// <summary>CRCs tried behind damaged places of one sector: enough for any few broken frames, and a bound for hostile bytes.</summary>
        private const int ProbesMax = 4096;

        private readonly byte[] _sector;
        private readonly int _end;
        private readonly uint _epoch;

        private int _offset;
        private int _probes;

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
            while (_offset < _end && _sector[_offset] == Frame.Cleared)
            {
                _offset++;
            }

            int bytes = Frame.Check(_sector, _offset, _end, _epoch, NextSequence);
            if (bytes > 0)
            {
                Take(_offset, bytes, NextSequence);
                return true;
            }

            return _offset < _end && SkipDamage();
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

            for (int offset = _offset + 1; offset < _end && _probes < ProbesMax; offset++)
            {
                if (Frame.ClaimedBytes(_sector, offset, _end) > 0 && TakeAfterDamage(offset))
                {
                    return true;
                }
            }

            return false;
        }

        // No more frames can be missing than fit into the bytes skipped.
        private bool TakeAfterDamage(int offset)
        {
            uint lostMax = (uint)(offset - _offset) / Frame.OverheadBytes;
            for (uint lost = 0; lost <= lostMax && _probes < ProbesMax; lost++)
            {
                _probes++;
                int bytes = Frame.Check(_sector, offset, _end, _epoch, NextSequence + lost);
                if (bytes > 0)
                {
                    DamagedPlaces++;
                    DamageOffset = _offset;
                    Take(offset, bytes, NextSequence + lost);
                    return true;
                }
            }

            return false;
        }
    }
}
