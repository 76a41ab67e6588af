#nullable disable // there may be no keys yet, and the device's compilation has no "?" for references
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Upload
{
    /// <summary>
    /// Sends batches of whole frames while the lane works. It resumes after the last acknowledged record, waits longer after each failure,
    /// and accepts only an answer that has the right tag and echoes the batch it sent.
    /// </summary>
    public sealed class Uploader
    {
        private const int FramesPerStep = 8;
        private const uint RefusedWaitMs = 60000;
        private const uint UnreadableWaitMs = 60000;
        private const ulong ClockDriftMsMax = 2000;
        private const uint OwnClockErrorMs = 2000; // a DS3231 is at most a minute off a year after it was set; the host's time follows

        private readonly RingLog _log;
        private readonly LogReader _reader;
        private readonly IUplink _uplink;
        private readonly ITags _tags;
        private readonly Backoff _backoff;
        private readonly Batch _batch = new Batch();
        private readonly ClockSet _clockSet = new ClockSet();
        private readonly byte[] _body = new byte[Batch.BytesMax];
        private readonly byte[] _tag = new byte[Batch.TagBytes];
        private readonly uint _hostId;
        private readonly uint _gatherMs;

        private bool _pending;
        private bool _isCollecting;
        private bool _isCollected;
        private uint _sentAt;
        private uint _waitFrom;
        private uint _waitMs;
        private uint _sendFrom;
        private uint _answeredAt;
        private bool _clockKnown;
        private bool _clockDue;
        private long _utcOffsetMs;
        private uint _clockErrorMs;
        private byte _clockSource = ClockSet.SourceHost;

        /// <param name="gatherMs">How long records wait for more records, so that an idle lane does not send a batch for each scan.</param>
        public Uploader(RingLog log, IUplink uplink, ITags tags, uint hostId, uint seed, uint gatherMs)
        {
            _log = log;
            _reader = new LogReader(log);
            _uplink = uplink;
            _tags = tags;
            _hostId = hostId;
            _gatherMs = gatherMs;
            _backoff = new Backoff(seed);
        }

        /// <summary>The host's last valid answer; its messages are new when <see cref="Step"/> returned true.</summary>
        public Reply Reply { get; } = new Reply();

        /// <summary>The node's keys; null until it has them, and until then nothing is sent.</summary>
        public LinkKeys Keys { get; set; }

        /// <summary>A request is in progress; the uplink is busy.</summary>
        public bool IsBusy { get { return _pending; } }

        /// <summary>The last exchange succeeded.</summary>
        public bool LinkUp { get; private set; }

        /// <summary>The host answered but refuses this node: a technician must check its card, key or clock.</summary>
        public bool HostRefuses { get; private set; }

        /// <summary>The last answer was not from our host: its tag, node or echo did not match.</summary>
        public bool HostIsUntrusted { get; private set; }

        /// <summary>The host holds records whose people it cannot read; they stay on the flash until it can.</summary>
        public bool HostCannotRead { get { return Reply.Problem == Reply.ProblemUnreadable; } }

        /// <summary>The time is known in this boot.</summary>
        public bool ClockKnown { get { return _clockKnown; } }

        /// <summary>The known time is from the host.</summary>
        public bool ClockIsHosts { get { return _clockKnown && _clockSource == ClockSet.SourceHost; } }

        /// <summary>Milliseconds since 1970-01-01 UTC, while <see cref="ClockKnown"/>.</summary>
        public ulong UtcMs(uint now)
        {
            return (ulong)(_utcOffsetMs + now);
        }

        /// <summary>Offers the time of the board; it is recorded unless a time is already known.</summary>
        public void OfferClock(ulong utcMs, byte source, uint now)
        {
            if (!_clockKnown && !_clockDue)
            {
                _clockDue = true;
                _clockSource = source;
                _utcOffsetMs = (long)utcMs - now;
                _clockErrorMs = OwnClockErrorMs;
            }
        }

        /// <summary>Advances the exchange; true when a valid answer has arrived. Never blocks.</summary>
        public bool Step(uint now)
        {
            StepClock(now);
            if (_pending)
            {
                return Receive(now);
            }

            if (_waitMs != 0 && now - _waitFrom < _waitMs)
            {
                return false;
            }

            _waitMs = 0;
            if (_isCollecting)
            {
                _isCollecting = _reader.Step(FramesPerStep);
                _isCollected = !_isCollecting;
            }
            else if (_isCollected)
            {
                _isCollected = false;
                Send(now);
            }
            else if (_log.UnackedRecords > 0 && Keys != null && (NextToSend <= _log.LastSequence || now - _answeredAt >= UnreadableWaitMs))
            {
                BeginCollecting();
            }

            return false;
        }

        /// <summary>Sends again at once what the host refused, because it has readmitted the node.</summary>
        public void TryAgain()
        {
            HostRefuses = false;
            _waitMs = 0;
        }

        /// <summary>Records a newly known time; call it in every round, whatever else is due.</summary>
        public void StepClock(uint now)
        {
            if (_clockDue)
            {
                RecordClock(now);
            }
        }

        // Usually the record after the last acknowledged one. Earlier if a host restored from a backup lacks more; later if the host holds
        // records that it cannot read.
        private uint NextToSend { get { return _sendFrom == 0 ? _log.AcknowledgedUpTo + 1 : _sendFrom; } }

        // A batch is collected in steps, because checking each frame takes a while.
        private void BeginCollecting()
        {
            // If everything was sent and the host could not read some of it, that is sent again: the host may have the key by now.
            uint from = NextToSend <= _log.LastSequence ? NextToSend : _log.AcknowledgedUpTo + 1;
            _reader.Begin(from, _body, Batch.HeadBytes, Batch.FramesBytesMax, Batch.FramesMax);
            _isCollecting = true;
        }

        private void Send(uint now)
        {
            if (_reader.FrameCount == 0)
            {
                Wait(now, _backoff.NextMs());
                return;
            }

            _reader.NotePlace();
            _batch.HostId = _hostId;
            _batch.NodeId = _log.NodeId;
            _batch.Epoch = _log.Epoch;
            _batch.FirstSequence = _reader.FirstSequence;
            _batch.TicksNow = now;
            _batch.FrameCount = _reader.FrameCount;
            _batch.FramesBytes = _reader.FramesBytes;
            _batch.Seals.CopyFrom(_reader.Seals);
            _batch.WriteHead(_body, 0);
            _tags.Compute(Keys.Batch, _body, 0, _batch.TaggedBytes, _body, _batch.TaggedBytes);
            _sentAt = now;
            _pending = true;
            _uplink.Begin(UplinkKind.Batch, _body, _batch.TotalBytes);
        }

        private bool Receive(uint now)
        {
            byte state = _uplink.Poll();
            if (state == UplinkState.Pending)
            {
                return false;
            }

            _pending = false;
            if (state == UplinkState.Answered && IsValidAnswer())
            {
                TakeAnswer(now);
                return true;
            }

            LinkUp = false;
            HostRefuses = state == UplinkState.Refused;
            HostIsUntrusted = state == UplinkState.Answered;
            Wait(_sentAt, HostRefuses ? RefusedWaitMs / 2 + _backoff.NextMs() : _backoff.NextMs()); // counts from the request
            return false;
        }

        private bool IsValidAnswer()
        {
            byte[] answer = _uplink.Answer;
            int tagged = _uplink.AnswerCount - Reply.TagBytes;
            if (!Reply.TryRead(answer, _uplink.AnswerCount) || Reply.NodeId != _log.NodeId || Reply.Epoch != _log.Epoch
                || !Text.Same(Reply.Echo, 0, _body, _batch.TaggedBytes, Reply.EchoBytes))
            {
                return false;
            }

            _tags.Compute(Keys.Reply, answer, 0, tagged, _tag, 0);
            return Text.SameSecret(_tag, 0, answer, tagged, Reply.TagBytes);
        }

        private void TakeAnswer(uint now)
        {
            LinkUp = true;
            HostRefuses = false;
            HostIsUntrusted = false;
            _backoff.Reset();
            uint sentUpTo = _batch.FirstSequence + (uint)_batch.FrameCount - 1;

            // Frees only records of this batch or of an earlier one: a number alone does not prove that the host holds these bytes.
            _log.Acknowledge(Reply.AcknowledgedUpTo < sentUpTo ? Reply.AcknowledgedUpTo : sentUpTo);
            _sendFrom = Reply.HeldUpTo < sentUpTo ? Reply.HeldUpTo + 1 : sentUpTo + 1;
            _answeredAt = now;
            CheckClock(now);
            bool stuck = Reply.HeldUpTo < _batch.FirstSequence;
            bool more = !stuck && _log.LastSequence - sentUpTo >= Batch.FramesMax / 2;
            Wait(now, more ? 0 : _gatherMs);
        }

        private void CheckClock(uint now)
        {
            uint tookMs = now - _sentAt;
            long offset = (long)Reply.HostUtcMs + tookMs / 2 - now;
            long drift = offset > _utcOffsetMs ? offset - _utcOffsetMs : _utcOffsetMs - offset;
            if (!_clockKnown || _clockSource != ClockSet.SourceHost || (ulong)drift > ClockDriftMsMax + tookMs)
            {
                _clockDue = true;
                _clockSource = ClockSet.SourceHost;
                _utcOffsetMs = offset;
                _clockErrorMs = tookMs / 2;
            }
        }

        // In a separate step, so that a start that could not be recorded while the log was full comes first.
        private void RecordClock(uint now)
        {
            _clockSet.UtcMs = (ulong)(_utcOffsetMs + now);
            _clockSet.Source = _clockSource;
            _clockSet.ErrorMs = (ushort)(_clockErrorMs < 65535 ? _clockErrorMs : 65535);
            int end = _clockSet.Write(_log.ContentBuffer, RingLog.ContentOffset);
            _clockKnown = _log.Append(RecordType.ClockSet, now, end - RingLog.ContentOffset) == LogResult.Ok;
            _clockDue = !_clockKnown;
        }

        private void Wait(uint now, uint ms)
        {
            _waitFrom = now;
            _waitMs = ms;
        }
    }
}
