using FieldNode.Core.Ports;
using FieldNode.Core.Upload;
using FieldNode.Protocol;

namespace FieldNode.Core.Roster
{
    /// <summary>
    /// Brings the roster that the host speaks of onto the node, part by part, when the uplink is free. A node that has none asks at its start,
    /// without waiting for a reply that speaks of one: the network may be gone by then.
    /// </summary>
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

        private readonly RosterTable _table = new RosterTable();

        private byte _wanted;
        private bool _isToldOf;
        private bool _isBegun;
        private bool _isAllHere;
        private int _have;
        private uint _askedAt;
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
            _isToldOf = true;
            if (number != _wanted)
            {
                Restart(number);
            }
        }

        /// <summary>Goes on with what is under way, or begins when there is something to bring. Never waits for an answer.</summary>
        public void Step(uint now, byte[] key)
        {
            if (IsBusy)
            {
                Receive(key);
            }
            else if (_isAllHere)
            {
                Finish();
            }
            else if (IsMissing && (_waitMs == 0 || now - _waitFrom >= _waitMs))
            {
                _waitMs = 0;
                RosterMessage.WriteRequest(_request, _hostId, _nodeId, _wanted, _have);
                _tags.Compute(key, _request, 0, RosterMessage.RequestTagged, _request, RosterMessage.RequestTagged);
                IsBusy = true;
                _askedAt = now;
                _uplink.Begin(UplinkKind.Roster, _request, _request.Length);
            }
        }

        private bool IsMissing { get { return _wanted == 0 ? _store.Number == 0 && !_isToldOf : _wanted != _store.Number; } }

        private void Receive(byte[] key)
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

            Wait();
        }

        private bool IsValid(byte[] answer, int count, byte[] key)
        {
            if (!RosterMessage.TryReadAnswer(_request, answer, count, _table))
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
            if (_table.Number == 0)
            {
                Offer(0);
                return true;
            }

            int count = RosterMessage.CountOf(answer);
            bool isOther = _isBegun && (_table.Number != _wanted || !_store.IsWriting(_table));
            if (isOther || count == 0 || (!_isBegun && !_store.Begin(_table)))
            {
                return Restart(_table.Number);
            }

            _isBegun = true;
            _wanted = _table.Number;
            if (!_store.Write(_have, answer, RosterMessage.HeadBytes, count))
            {
                return Restart(_table.Number);
            }

            _have += count;
            _isAllHere = _have == _table.BodyBytes;
            return true;
        }

        private void Finish()
        {
            if (_store.ClearRest())
            {
                _isAllHere = false;
                if (!_store.Finish())
                {
                    Restart(_wanted);
                    Wait();
                }
            }
        }

        // From when it was asked: waiting in vain is waiting, too.
        private void Wait()
        {
            _waitFrom = _askedAt;
            _waitMs = _backoff.NextMs();
        }

        private bool Restart(byte number)
        {
            _wanted = number;
            _isBegun = false;
            _isAllHere = false;
            _have = 0;
            return false;
        }
    }
}
