using FieldNode.Protocol;

namespace FieldNode.Core.Log
{
    /// <summary>
    /// Copies consecutive frames out of the ring for an upload. A record that flash damage has taken is replaced by a frame of type
    /// <see cref="RecordType.Lost"/>, so that the host learns of it and the records behind it can still be acknowledged.
    /// </summary>
    public sealed class LogReader
    {
        private readonly RingLog _log;
        private readonly LogWalk _walk;

        private byte[] _target = new byte[0];
        private int _targetOffset;
        private int _bytesMax;
        private int _framesMax;

        public LogReader(RingLog log)
        {
            _log = log;
            _walk = new LogWalk(log);
        }

        /// <summary>Sequence number of the first frame copied.</summary>
        public uint FirstSequence { get; private set; }

        /// <summary>The chain that seals all of the frames copied.</summary>
        public SealStart Seals { get; } = new SealStart();

        public int FrameCount { get; private set; }

        public int FramesBytes { get; private set; }

        private uint NextSequence { get { return FirstSequence + (uint)FrameCount; } }

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
            FirstSequence = from;
            if (from > _log.LastSequence)
            {
                return false;
            }

            int likely = framesMax < bytesMax / Frame.BytesMax ? framesMax * Frame.BytesMax : bytesMax;
            bool more = _walk.Find(from, likely);
            Seals.CopyFrom(_walk.Seals);
            if (more && Seals.Since > from)
            {
                AddLostUpTo(Seals.Since);
                Seals.Set(SealStart.Unknown, 0, 0, 0); // of what is lost before them
                return FrameCount > 0;
            }

            while (more && _walk.Seals.Same(Seals) && TakeFound())
            {
                more = _walk.Next();
            }

            if (!more && !_walk.Failed)
            {
                AddLostUpTo(_log.LastSequence + 1);
            }

            return FrameCount > 0;
        }

        // A record whose program was reported as failed stands twice when it had landed after all: the second is passed over.
        private bool TakeFound()
        {
            return _walk.Sequence < NextSequence || (AddLostUpTo(_walk.Sequence) && Add(_log.Sectors.Buffer, _walk.FrameOffset, _walk.FrameBytes));
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
