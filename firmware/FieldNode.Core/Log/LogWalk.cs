using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>Walks through the ring's records from a given one on, sector by sector, and skips damage and the ring's own
    /// frames.</summary>
    internal sealed class LogWalk
    {
        private readonly RingLog _log;

        private SectorWalk _walk = new SectorWalk(new byte[0], 0, 0, 0, 0);
        private int _readEnd;

        public LogWalk(RingLog log)
        {
            _log = log;
        }

        /// <summary>The sector of the record found; its bytes are in the ring's buffer until the next read.</summary>
        public uint Number { get; private set; }

        public int FrameOffset { get { return _walk.FrameOffset; } }

        /// <summary>Offset after the record found.</summary>
        public int EndOffset { get { return _walk.EndOffset; } }

        public int FrameBytes { get { return _walk.FrameBytes; } }

        public uint Sequence { get { return _walk.Sequence; } }

        /// <summary>The seal chain of the record found.</summary>
        public SealStart Seals { get; } = new SealStart();

        /// <summary>The flash did not answer. It may answer next time, so no record may be declared lost.</summary>
        public bool Failed { get; private set; }

        /// <summary>
        /// Finds a record, or the first readable one after it. Usually that is the first unacknowledged record or one soon after it, whose
        /// position is known: then <paramref name="firstRead"/> bytes are read first, and more if needed.
        /// </summary>
        public bool Find(uint sequence, int firstRead)
        {
            Failed = false;
            uint unacked = _log.AcknowledgedUpTo + 1;
            bool found = sequence >= unacked && sequence - unacked <= Batch.FramesMax
                && StartAt(unacked, _log.UnackedNumber, _log.UnackedOffset, firstRead);
            if (!found)
            {
                Number = _log.NumberOf(sequence);
                FindSeals(sequence);
                found = LoadSector(sequence) && Next();
            }

            while (found && Sequence < sequence)
            {
                found = Next();
            }

            return found;
        }

        /// <summary>Finds a record at the position where a reader found it, or at the beginning of the next sector.</summary>
        public bool FindAt(uint sequence, uint number, int offset)
        {
            Failed = false;
            return StartAt(sequence, number, offset, Frame.BytesMax);
        }

        /// <summary>
        /// Continues after the record found, when something else was read meanwhile: finds the next record, and reads
        /// <paramref name="firstRead"/> bytes first.
        /// </summary>
        public bool Resume(int firstRead)
        {
            int offset = _walk.EndOffset;
            int end = _log.Sectors.SectorBytes;
            _readEnd = firstRead < end - offset ? offset + firstRead : end;
            return Load(offset, _walk.NextSequence) && Next();
        }

        /// <summary>Moves to the next record; false at the end of the log, or with <see cref="Failed"/>.</summary>
        public bool Next()
        {
            while (true)
            {
                while (NextInSector())
                {
                    if (!_walk.IsLocal)
                    {
                        return _walk.Sequence <= _log.LastSequence;
                    }
                }

                if (Failed || Number == _log.NewestNumber)
                {
                    return false;
                }

                Number++;
                if (!LoadSector(_walk.NextSequence))
                {
                    return false;
                }
            }
        }

        // Starts at a record's known position; the record must be there or after it, undamaged.
        private bool StartAt(uint sequence, uint number, int offset, int firstRead)
        {
            Number = number;
            FindSeals(sequence);
            if (offset == 0)
            {
                return LoadSector(sequence) && Next() && Sequence == sequence;
            }

            int end = _log.Sectors.SectorBytes;
            _readEnd = firstRead < end - offset ? offset + firstRead : end;
            return Load(offset, sequence) && Next() && Sequence == sequence;
        }

        // Finds the seal chain of a record that is read without its sector's head.
        private void FindSeals(uint sequence)
        {
            SealStart newest = _log.Seals.Start;
            if (sequence >= newest.Since)
            {
                Seals.CopyFrom(newest);
            }
            else if (_log.ReadHead(Number))
            {
                Seals.CopyFrom(_log.Head.Seals);
            }
            else
            {
                Seals.Set(SealStart.Unknown, 0, 0, 0);
            }
        }

        private bool NextInSector()
        {
            if (Number == _log.NewestNumber && _walk.EndOffset >= _log.WriteOffset)
            {
                return false; // the log ends here; scanning the erased flash after it would be slow
            }

            int end = _log.Sectors.SectorBytes;
            if (_readEnd < end)
            {
                if (_walk.NextIntact())
                {
                    return true;
                }

                _readEnd = end;
                if (!Load(_walk.EndOffset, _walk.NextSequence))
                {
                    return false;
                }
            }

            return _walk.Next();
        }

        // Without a readable head, frames are still verified by their numbers, which continue those of the sector before.
        private bool LoadSector(uint expected)
        {
            _readEnd = _log.Sectors.SectorBytes;
            if (!Load(0, expected))
            {
                return false;
            }

            bool hasHead = _log.IsHeadOf(Number, _log.Sectors.Buffer);
            if (hasHead)
            {
                Seals.CopyFrom(_log.Head.Seals);
            }

            Begin(hasHead ? _log.Head.Bytes : SectorHead.PreparedBytes, hasHead ? _log.Head.FirstSequence : expected);
            return true;
        }

        private bool Load(int offset, uint sequence)
        {
            Failed = !_log.Sectors.Read(Number, offset, _readEnd);
            Begin(Failed ? _readEnd : offset, sequence);
            return !Failed;
        }

        private void Begin(int offset, uint sequence)
        {
            _walk = new SectorWalk(_log.Sectors.Buffer, offset, _readEnd, _log.Epoch, sequence);
        }
    }
}
