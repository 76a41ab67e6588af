using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Upload
{
    /// <summary>
    /// Sends batches of whole frames while the lane goes on. It resumes behind what the host has acknowledged, waits longer after each
    /// failure, and believes only an answer that carries the right tag and echoes the batch it sent.
    /// </summary>
    public sealed class Uploader
    {
        private const uint RefusedWaitMs = 60000;
        private const ulong ClockDriftMsMax = 2000;

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
        private uint _sentAt;
        private uint _waitFrom;
        private uint _waitMs;
        private uint _sendFrom = 1;
        private bool _resend = true;
        private bool _clockKnown;
        private long _utcOffsetMs;

        /// <param name="gatherMs">Records younger than this wait for company, so that an idle lane does not send a batch for each scan.</param>
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

        /// <summary>The last exchange worked.</summary>
        public bool LinkUp { get; private set; }

        /// <summary>The host answered, but refuses this node: its card, key or clock needs a technician.</summary>
        public bool HostRefuses { get; private set; }

        /// <summary>The time is known in this boot.</summary>
        public bool ClockKnown { get { return _clockKnown; } }

        /// <summary>Advances the exchange; true when a valid answer came in. Never waits.</summary>
        public bool Step(uint now)
        {
            if (_pending)
            {
                return Receive(now);
            }

            if (_waitMs != 0 && now - _waitFrom < _waitMs)
            {
                return false;
            }

            _waitMs = 0;
            if (_log.UnackedRecords > 0)
            {
                Send(now);
            }

            return false;
        }

        private void Send(uint now)
        {
            if (_resend || _sendFrom > _log.LastSequence)
            {
                _sendFrom = _log.AcknowledgedUpTo + 1;
            }

            if (!_reader.Collect(_sendFrom, _body, Batch.HeadBytes, Batch.FramesBytesMax, Batch.FramesMax))
            {
                return;
            }

            _batch.HostId = _hostId;
            _batch.NodeId = _log.NodeId;
            _batch.Epoch = _log.Epoch;
            _batch.FirstSequence = _reader.FirstSequence;
            _batch.TicksNow = now;
            _batch.FrameCount = _reader.FrameCount;
            _batch.FramesBytes = _reader.FramesBytes;
            _batch.WriteHead(_body, 0);
            _tags.Compute(_body, 0, _batch.TaggedBytes, _body, _batch.TaggedBytes);
            _sentAt = now;
            _pending = true;
            _uplink.Begin(_body, _batch.TotalBytes);
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
            _resend = true;
            HostRefuses = state == UplinkState.Refused;
            Wait(now, HostRefuses ? RefusedWaitMs / 2 + _backoff.NextMs() : _backoff.NextMs());
            return false;
        }

        private bool IsValidAnswer()
        {
            byte[] answer = _uplink.Answer;
            int tagged = _uplink.AnswerCount - Reply.TagBytes;
            if (!Reply.TryRead(answer, _uplink.AnswerCount) || Reply.NodeId != _log.NodeId || Reply.Epoch != _log.Epoch
                || Reply.AcknowledgedUpTo > _log.LastSequence
                || !Text.Same(Reply.Echo, 0, _body, _batch.TaggedBytes, Reply.EchoBytes))
            {
                return false;
            }

            _tags.Compute(answer, 0, tagged, _tag, 0);
            int difference = 0;
            for (int i = 0; i < Reply.TagBytes; i++)
            {
                difference |= _tag[i] ^ answer[tagged + i];
            }

            return difference == 0;
        }

        private void TakeAnswer(uint now)
        {
            LinkUp = true;
            HostRefuses = false;
            _backoff.Reset();
            _log.Acknowledge(Reply.AcknowledgedUpTo, now);
            uint sentUpTo = _batch.FirstSequence + (uint)_batch.FrameCount - 1;
            _sendFrom = sentUpTo + 1;

            // Everything was sent and the host still misses something: begin again behind what it has.
            _resend = sentUpTo >= _log.LastSequence;
            SetClock(now);
            bool more = _log.LastSequence > sentUpTo && _log.UnackedRecords >= Batch.FramesMax / 2;
            Wait(now, more ? 0 : _gatherMs);
        }

        private void SetClock(uint now)
        {
            uint tookMs = now - _sentAt;
            long utc = (long)Reply.HostUtcMs + tookMs / 2;
            long offset = utc - now;
            long drift = offset > _utcOffsetMs ? offset - _utcOffsetMs : _utcOffsetMs - offset;
            if (_clockKnown && (ulong)drift <= ClockDriftMsMax + tookMs)
            {
                return;
            }

            _clockSet.UtcMs = (ulong)utc;
            _clockSet.Source = ClockSet.SourceHost;
            _clockSet.ErrorMs = (ushort)(tookMs / 2 < 65535 ? tookMs / 2 : 65535);
            int end = _clockSet.Write(_log.ContentBuffer, RingLog.ContentOffset);
            if (_log.Append(RecordType.ClockSet, now, end - RingLog.ContentOffset) == LogResult.Ok)
            {
                _clockKnown = true;
                _utcOffsetMs = offset;
            }
        }

        private void Wait(uint now, uint ms)
        {
            _waitFrom = now;
            _waitMs = ms;
        }
    }
}
