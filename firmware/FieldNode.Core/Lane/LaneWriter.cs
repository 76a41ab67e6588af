using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Lane
{
    /// <summary>Writes the lane's steps to flash, and only then signals them.</summary>
    internal sealed class LaneWriter
    {
        private readonly RingLog _log;
        private readonly LaneState _state;
        private readonly LaneMemory _memory;
        private readonly ISignals _signals;
        private readonly Refused _refused = new Refused();
        private readonly Asked _asked = new Asked();

        public LaneWriter(RingLog log, LaneState state, LaneMemory memory, ISignals signals)
        {
            _log = log;
            _state = state;
            _memory = memory;
            _signals = signals;
        }

        /// <summary>Milliseconds since the start, for the records of this step.</summary>
        public uint Now { get; set; }

        public byte LastRefusal { get; private set; }

        /// <summary>Type of the record that confirmed the last step; 0 if it needed none.</summary>
        public byte LastRecordType { get; private set; }

        /// <summary>Appends a step's record; returns a refusal if the flash does not accept it.</summary>
        public byte Append(RecordContent content)
        {
            byte refusal = AppendToLog(content);
            if (refusal == Refusal.None)
            {
                LastRefusal = Refusal.None;
                LastRecordType = content.Type;
                _signals.Confirmed(content.Type, _log.LastSequence);
                if (content.Type == RecordType.PersonSampled && _state.GroupFull)
                {
                    _signals.GroupFull();
                }
            }

            return refusal;
        }

        /// <summary>Appends a person's record. The check value of the code is already known.</summary>
        public byte AppendPerson(PersonSampled person, uint hash)
        {
            _memory.NextPerson = hash;
            byte refusal = Append(person);
            _memory.NextPerson = 0;
            return refusal;
        }

        /// <summary>Asks for a second scan.</summary>
        public byte Ask(byte what, uint value)
        {
            _asked.What = what;
            _asked.Value = value;
            return Append(_asked);
        }

        /// <summary>Accepts a step that does not change the lane.</summary>
        public byte NoStep()
        {
            LastRefusal = Refusal.None;
            LastRecordType = 0;
            return Refusal.None;
        }

        /// <summary>Refuses a scan. Once the log is nearly full, refusals are no longer recorded, to leave the space to people.</summary>
        public void Refuse(byte reason, byte[] code, int offset, int count, int scanned)
        {
            LastRefusal = reason;
            if (!_log.NearlyFull && reason != Refusal.FlashFault)
            {
                _refused.Reason = reason;
                _refused.SetScan(code, offset, count, scanned);
                AppendToLog(_refused);
            }

            _signals.Refused(reason);
        }

        /// <summary>Refuses a step without recording a code: a button press, or a card whose text is secret.</summary>
        public void Refuse(byte reason, int scanned)
        {
            Refuse(reason, _refused.Code, 0, 0, scanned);
        }

        private byte AppendToLog(RecordContent content)
        {
            int end = content.Write(_log.ContentBuffer, RingLog.ContentOffset);
            byte result = _log.Append(content.Type, Now, end - RingLog.ContentOffset);
            if (result == LogResult.Ok)
            {
                return Refusal.None;
            }

            return result == LogResult.Full ? Refusal.FlashFull : Refusal.FlashFault;
        }
    }
}
