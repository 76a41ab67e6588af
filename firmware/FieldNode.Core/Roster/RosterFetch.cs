using FieldNode.Core.Ports;
using FieldNode.Core.Upload;
using FieldNode.Protocol;

namespace FieldNode.Core.Roster
{
    /// <summary>Brings the roster that the host speaks of onto the node, part by part, when the uplink is free.</summary>
    internal sealed class RosterFetch
    {
        private readonly RosterStore _store;
        private readonly IUplink _uplink;
        private readonly ITags _tags;
        private readonly Backoff _backoff;
        private readonly ulong _nodeId;
        private readonly uint _hostId;
        private readonly byte[] _request = new byte[RosterMessage.RequestBytes];
        private readonly byte[] _tag = new byte[RosterMessage.TagBytes];

        private byte _wanted;
        private bool _isBegun;
        private uint _crc;
        private int _have;
        private uint _waitFrom;
        private uint _waitMs;

        public RosterFetch(RosterStore store, IUplink uplink, ITags tags, ulong nodeId, uint hostId, uint seed)
        {
            _store = store;
            _uplink = uplink;
            _tags = tags;
            _nodeId = nodeId;
            _hostId = hostId;
            _backoff = new Backoff(seed ^ 0x526F7374);
        }

        /// <summary>A request is under way: the uplink is not free.</summary>
        public bool IsBusy { get; private set; }

        /// <summary>The host has this roster for the node; 0: none.</summary>
        public void Offer(byte number)
        {
            if (number != _wanted)
            {
                _wanted = number;
                _isBegun = false;
                _have = 0;
            }
        }

        /// <summary>Goes on with what is under way, or begins when there is something to bring. Never waits for an answer.</summary>
        public void Step(uint now, byte[] key)
        {
            if (IsBusy)
            {
                Receive(now, key);
            }
            else if (_wanted != 0 && _wanted != _store.Number && (_waitMs == 0 || now - _waitFrom >= _waitMs))
            {
                _waitMs = 0;
                RosterMessage.WriteRequest(_request, _hostId, _nodeId, _wanted, _have);
                _tags.Compute(key, _request, 0, RosterMessage.RequestTagged, _request, RosterMessage.RequestTagged);
                IsBusy = true;
                _uplink.Begin(UplinkKind.Roster, _request, _request.Length);
            }
        }

        private void Receive(uint now, byte[] key)
        {
            byte state = _uplink.Poll();
            if (state == UplinkState.Pending)
            {
                return;
            }

            IsBusy = false;
            if (state == UplinkState.Answered && IsValid(_uplink.Answer, _uplink.AnswerCount, key) && TakePart(_uplink.Answer))
            {
                _backoff.Reset();
                return;
            }

            _waitFrom = now;
            _waitMs = _backoff.NextMs();
        }

        private bool IsValid(byte[] answer, int count, byte[] key)
        {
            if (!RosterMessage.IsAnswerTo(_request, answer, count))
            {
                return false;
            }

            int tagged = count - RosterMessage.TagBytes;
            _tags.Compute(key, answer, 0, tagged, _tag, 0);
            return Text.SameSecret(_tag, 0, answer, tagged, RosterMessage.TagBytes);
        }

        // A roster that changed meanwhile begins anew; so does one that the flash did not take.
        private bool TakePart(byte[] answer)
        {
            byte number = answer[12];
            int people = LittleEndian.ReadUInt16(answer, 14);
            int count = LittleEndian.ReadUInt16(answer, 18);
            uint crc = LittleEndian.ReadUInt32(answer, 20);
            bool isOther = _isBegun && (number != _wanted || crc != _crc || people != _store.NewCount);
            bool isStuck = count == 0 && _have < people;
            if (isOther || isStuck || (!_isBegun && !_store.Begin(number, people, crc)))
            {
                return Restart(number);
            }

            _isBegun = true;
            _wanted = number;
            _crc = crc;
            if (!_store.Write(_have, answer, RosterMessage.HeadBytes, count))
            {
                return Restart(number);
            }

            _have += count;
            return _have < people || _store.Finish() || Restart(number);
        }

        private bool Restart(byte number)
        {
            _wanted = number;
            _isBegun = false;
            _have = 0;
            return false;
        }
    }
}
