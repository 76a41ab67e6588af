using FieldNode.Core.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Health
{
    /// <summary>
    /// Records state changes of the node's parts. A loose plug changes many times a minute, so a part is recorded at most every five
    /// minutes, always with its newest state. If the log accepts nothing, it is retried only every ten seconds: its flash may be gone.
    /// </summary>
    internal sealed class HealthRecorder
    {
        private const uint AgainMs = 300000;
        private const uint RetryMs = 10000;

        private readonly NodeHealth _health;
        private readonly RingLog _log;
        private readonly PartChanged _record = new PartChanged();
        private readonly byte[] _recorded = new byte[NodePart.Count];
        private readonly uint[] _recordedAt = new uint[NodePart.Count];
        private readonly bool[] _wasRecorded = new bool[NodePart.Count];

        // Trouble that could not be recorded when it occurred.
        private readonly byte[] _unrecorded = new byte[NodePart.Count];

        private bool _hasFailed;
        private uint _failedAt;

        public HealthRecorder(NodeHealth health, RingLog log)
        {
            _health = health;
            _log = log;
        }

        /// <summary>Records changed parts; true if a change needs attention.</summary>
        public bool Step(uint now)
        {
            if (_hasFailed && now - _failedAt < RetryMs)
            {
                return false;
            }

            bool isTrouble = false;
            for (byte part = 0; part < NodePart.Count; part++)
            {
                byte state = _unrecorded[part] != PartState.Unknown ? _unrecorded[part] : _health.StateOf(part);
                bool isNews = state != _recorded[part] && (PartState.IsTrouble(state) || PartState.IsTrouble(_recorded[part]));
                if (isNews && (!_wasRecorded[part] || now - _recordedAt[part] >= AgainMs) && Append(part, state, now))
                {
                    isTrouble |= PartState.IsTrouble(state);
                }
                else if (!isNews)
                {
                    _recorded[part] = state;
                }
            }

            return isTrouble;
        }

        private bool Append(byte part, byte state, uint now)
        {
            _record.Part = part;
            _record.State = state;
            _record.Detail = _health.DetailOf(part);
            int end = _record.Write(_log.ContentBuffer, RingLog.ContentOffset);
            _hasFailed = _log.Append(RecordType.PartChanged, now, end - RingLog.ContentOffset) != LogResult.Ok;
            _failedAt = now;
            _unrecorded[part] = _hasFailed && PartState.IsTrouble(state) ? state : PartState.Unknown;
            if (_hasFailed)
            {
                return false;
            }

            _recorded[part] = state;
            _recordedAt[part] = now;
            _wasRecorded[part] = true;
            return true;
        }
    }
}
