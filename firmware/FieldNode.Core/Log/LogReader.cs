using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>
    /// Copies consecutive frames out of the ring for an upload. A record that flash damage has taken is replaced by a frame of type
    /// <see cref="RecordType.Lost"/>, so that the host learns of it and the records behind it can still be acknowledged.
    /// </summary>
    public sealed class LogReader
    {
        private readonly RingLog _log;

        private byte[] _target = new byte[0];
        private int _targetOffset;
        private int _bytesMax;
        private int _framesMax;
        private uint _expected;

        public LogReader(RingLog log)
        {
            _log = log;
        }

        /// <summary>Sequence number of the first frame copied.</summary>
        public uint FirstSequence { get; private set; }

        public int FrameCount { get; private set; }

        public int FramesBytes { get; private set; }

        /// <summary>
        /// Copies frames from <paramref name="from"/> on, as many as fit; false when there is none or the flash could not be read. What the
        /// ring no longer holds is lost too: it is asked for only by a host that had it once.
        /// </summary>
        public bool Collect(uint from, byte[] target, int targetOffset, int bytesMax, int framesMax)
        {
            _target = target;
            _targetOffset = targetOffset;
            _bytesMax = bytesMax;
            _framesMax = framesMax;
            FrameCount = 0;
            FramesBytes = 0;
            uint number = _log.NumberOf(from);
            FirstSequence = from;
            _expected = from;
            while (number <= _log.NewestNumber && CollectSector(number))
            {
                number++;
            }

            return FrameCount > 0;
        }

        private uint NextSequence { get { return FirstSequence + (uint)FrameCount; } }

        // True when the next sector may be looked at too.
        private bool CollectSector(uint number)
        {
            byte[] sector = _log.SectorBuffer;
            if (!_log.Flash.Read(_log.AddressOf(number), sector, 0, sector.Length))
            {
                return false; // the flash may answer next time: nothing is declared lost
            }

            // Without a readable head the frames still prove themselves by the numbers that follow those of the sector before.
            SectorHead head = _log.Head;
            bool hasHead = head.TryReadOpen(sector, 0) && head.Number == number && head.Epoch == _log.Epoch;
            uint first = hasHead ? head.FirstSequence : _expected;
            if (hasHead && !AddLostUpTo(first))
            {
                return false;
            }

            SectorWalk walk = new SectorWalk(sector, hasHead ? head.Bytes : SectorHead.PreparedBytes, sector.Length, _log.Epoch, first);
            while (walk.Next())
            {
                if (!walk.IsLocal && walk.Sequence >= NextSequence && !(AddLostUpTo(walk.Sequence) && Add(sector, walk.FrameOffset, walk.FrameBytes)))
                {
                    return false;
                }
            }

            _expected = walk.NextSequence;
            return number != _log.NewestNumber || AddLostUpTo(_log.LastSequence + 1);
        }

        private bool AddLostUpTo(uint sequence)
        {
            while (NextSequence < sequence)
            {
                byte[] lost = new byte[Frame.OverheadBytes];
                int bytes = Frame.Seal(lost, 0, _log.Epoch, NextSequence, RecordType.Lost, 0, 0);
                if (!Add(lost, 0, bytes))
                {
                    return false;
                }
            }

            return true;
        }

        private bool Add(byte[] source, int offset, int bytes)
        {
            if (FrameCount == _framesMax || FramesBytes + bytes > _bytesMax)
            {
                return false;
            }

            System.Array.Copy(source, offset, _target, _targetOffset + FramesBytes, bytes);
            FramesBytes += bytes;
            FrameCount++;
            return true;
        }
    }
}
