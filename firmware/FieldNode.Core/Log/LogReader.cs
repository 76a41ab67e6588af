using FieldNode.Protocol;

namespace FieldNode.Core.Log
{
    /// <summary>
    /// Copies consecutive frames out of the ring for an upload. A record that flash damage destroyed is replaced by a frame of type
    /// <see cref="RecordType.Lost"/>, so that the host learns of the loss and later records can still be acknowledged.
    /// </summary>
    public sealed class LogReader
    {
        private readonly RingLog _log;
        private readonly LogWalk _walk;

        private byte[] _target = new byte[0];
        private int _targetOffset;
        private int _bytesMax;
        private int _framesMax;
        private bool _isBegun;
        private bool _isPending; // a record was found but not copied
        private bool _canContinue;

        public LogReader(RingLog log)
        {
            _log = log;
            _walk = new LogWalk(log);
        }

        /// <summary>Sequence number of the first frame copied.</summary>
        public uint FirstSequence { get; private set; }

        /// <summary>The seal chain of all copied frames.</summary>
        public SealStart Seals { get; } = new SealStart();

        public int FrameCount { get; private set; }

        public int FramesBytes { get; private set; }

        private uint NextSequence { get { return FirstSequence + (uint)FrameCount; } }

        /// <summary>
        /// Copies frames from <paramref name="from"/> on, as many as fit; false if there are none or the flash could not be read. Records
        /// that are no longer in the ring count as lost, too: only a host that once had them asks for them.
        /// </summary>
        public bool Collect(uint from, byte[] target, int targetOffset, int bytesMax, int framesMax)
        {
            Begin(from, target, targetOffset, bytesMax, framesMax);
            while (Step(framesMax))
            {
            }

            return FrameCount > 0;
        }

        /// <summary>Like <see cref="Collect"/>, but in steps.</summary>
        public void Begin(uint from, byte[] target, int targetOffset, int bytesMax, int framesMax)
        {
            _target = target;
            _targetOffset = targetOffset;
            _bytesMax = bytesMax;
            _framesMax = framesMax;
            _isBegun = false;
            FrameCount = 0;
            FramesBytes = 0;
            FirstSequence = from;
            _canContinue = false;
        }

        /// <summary>
        /// Copies the next frames, like <see cref="Collect"/>. Usually they follow those copied before; then no search is needed.
        /// </summary>
        public bool Continue(uint from, byte[] target, int framesMax)
        {
            bool goesOn = _canContinue && NextSequence == from;
            Begin(from, target, 0, target.Length, framesMax);
            _isBegun = goesOn;
            Step(framesMax);
            return FrameCount > 0;
        }

        /// <summary>Gives the log the position of the record after the copied ones, which it needs when they are acknowledged.</summary>
        public void NotePlace()
        {
            _log.NotePlace(NextSequence, _walk.Number, _isPending ? _walk.FrameOffset : _walk.EndOffset);
        }

        /// <summary>Copies some more frames; false when done: then <see cref="FrameCount"/> is final.</summary>
        public bool Step(int frames)
        {
            if (FirstSequence > _log.LastSequence)
            {
                return false;
            }

            int likely = frames < _bytesMax / Frame.BytesMax ? frames * Frame.BytesMax : _bytesMax;
            bool more = _isBegun ? _walk.Resume(likely) : _walk.Find(FirstSequence, likely);
            if (!_isBegun && BeginsLost(more))
            {
                return false;
            }

            _isBegun = true;
            _canContinue = false;
            _isPending = false;
            int end = FrameCount + frames;
            while (more)
            {
                if (!_walk.Seals.Same(Seals) || !TakeFound())
                {
                    _isPending = true;
                    return false;
                }

                if (FrameCount >= end)
                {
                    _canContinue = true;
                    return FrameCount < _framesMax;
                }

                more = _walk.Next();
            }

            if (!_walk.Failed)
            {
                AddLostUpTo(_log.LastSequence + 1);
            }

            return false;
        }

        // Records lost before a chain begins belong to no chain.
        private bool BeginsLost(bool isFound)
        {
            Seals.CopyFrom(_walk.Seals);
            if (!isFound || Seals.Since <= FirstSequence)
            {
                return false;
            }

            AddLostUpTo(Seals.Since);
            Seals.Set(SealStart.Unknown, 0, 0, 0);
            return true;
        }

        // A record whose program call reported failure may have been written all the same. It then occurs twice: the second is skipped.
        private bool TakeFound()
        {
            return _walk.Sequence < NextSequence
                || (AddLostUpTo(_walk.Sequence) && Add(_log.Sectors.Buffer, _walk.FrameOffset, _walk.FrameBytes));
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
