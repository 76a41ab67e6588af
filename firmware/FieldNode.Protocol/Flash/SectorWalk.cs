namespace FieldNode.Protocol.Flash
{
    /// <summary>Walks through the frames of one sector in memory. It skips bytes cleared after a torn write, skips damage up to the next
    /// frame confirmed by its CRC and sequence, and stops at erased flash or a torn tail.</summary>
    public sealed class SectorWalk
    {
        // Most false candidate frames after damage; with more, the rest is not a log.
        private const int RejectedMax = 8;

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

        /// <summary>True if the frame is the ring's own bookkeeping and has no sequence number of its own.</summary>
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

        /// <summary>Finds the next frame if only cleared bytes precede it; false at the end or at damage.</summary>
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

        /// <summary>Whether two consecutive frames, with any sequence numbers, lie before <paramref name="end"/>, the first beginning
        /// before <paramref name="firstEnd"/>. Two in a row do not occur by chance.</summary>
        public static bool HasFrames(byte[] sector, int offset, int firstEnd, int end, uint epoch)
        {
            for (; offset < firstEnd; offset++)
            {
                int bytes = Frame.ClaimedBytes(sector, offset, end);
                if (bytes > 0)
                {
                    uint sequence = Frame.ImpliedSequence(sector, offset, bytes, epoch);
                    if (new SectorWalk(sector, offset + bytes, end, epoch, NextAfter(sector, offset, sequence)).NextIntact())
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        private static uint NextAfter(byte[] sector, int offset, uint sequence)
        {
            return Frame.Type(sector, offset) >= RecordType.FirstLocal ? sequence : sequence + 1;
        }

        private void Take(int offset, int bytes, uint sequence)
        {
            FrameOffset = offset;
            FrameBytes = bytes;
            Sequence = sequence;
            IsLocal = Frame.Type(_sector, offset) >= RecordType.FirstLocal;
            NextSequence = NextAfter(_sector, offset, sequence);
            _offset = offset + bytes;
        }

        private bool SkipDamage()
        {
            if (AllErased(_sector, _offset, _end))
            {
                return false;
            }

            int rejected = 0;
            for (int offset = _offset + 1; offset < _end && rejected < RejectedMax; offset++)
            {
                uint sequence;
                int bytes = Candidate(offset, _offset, NextSequence, out sequence);
                if (bytes > 0 && IsContinued(offset, bytes, sequence))
                {
                    DamagedPlaces++;
                    DamageOffset = _offset;
                    Take(offset, bytes, sequence);
                    return true;
                }

                rejected += bytes > 0 ? 1 : 0;
            }

            return false;
        }

        // Length of a possible next frame after damage, or 0. No more frames can be missing than fit into the skipped bytes.
        private int Candidate(int offset, int damageOffset, uint expected, out uint sequence)
        {
            sequence = 0;
            int bytes = Frame.ClaimedBytes(_sector, offset, _end);
            if (bytes == 0)
            {
                return 0;
            }

            sequence = Frame.ImpliedSequence(_sector, offset, bytes, _epoch);
            return sequence - expected <= (uint)(offset - damageOffset) / Frame.OverheadBytes ? bytes : 0;
        }

        // A torn write can look like a frame by chance, about once in ten million. A real frame is followed by the end of the sector, the
        // next frame (perhaps after more damage), cleared bytes, or erased flash. In the last case its own CRC must not be in the erased
        // part.
        private bool IsContinued(int offset, int bytes, uint sequence)
        {
            int at = offset + bytes;
            uint next = NextAfter(_sector, offset, sequence);
            if (at == _end || _sector[at] == Frame.Cleared || Frame.Check(_sector, at, _end, _epoch, next) > 0)
            {
                return true;
            }

            if (AllErased(_sector, at, _end))
            {
                return !AllErased(_sector, at - 4, at);
            }

            for (int other = at + 1; other < _end && other <= at + Frame.BytesMax; other++)
            {
                uint ignored;
                if (Candidate(other, at, next, out ignored) > 0)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
