using FieldNode.Core.Ports;
using FieldNode.Core.Upload;
using FieldNode.Protocol;

namespace FieldNode.Core.Roster
{
    /// <summary>
    /// Downloads the host's roster for the site, part by part, while the uplink is free. After a start, a node asks at once and does not
    /// wait for a reply that mentions a roster: the network may be gone by then, and a number alone does not distinguish two rosters.
    /// </summary>
    internal sealed class RosterFetch
    {
        // Attempts per roster, so that retries do not wear out a flash that rejects it.
        private const int FailuresMax = 3;

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
        private bool _isCompared; // with the roster of the host, since the start
        private bool _isAsking;
        private bool _isTaking;
        private bool _isProving;
        private int _have;
        private int _failures;
        private uint _askedAt;
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

        /// <summary>A request is in progress or its answer is still needed; the uplink is busy.</summary>
        public bool IsBusy { get { return _isAsking || _isTaking; } }

        /// <summary>Notes the number of the roster that the host has for the node; 0 if none, and then the node drops its own.</summary>
        public void Offer(byte number)
        {
            if (number == 0)
            {
                _isCompared = true;
                _store.Drop();
            }

            if (number != _wanted)
            {
                Restart(number);
                _failures = 0;
            }
        }

        /// <summary>Advances the current step, or begins one if the node needs a roster. Never waits for an answer or for the
        /// flash.</summary>
        public void Step(uint now, byte[] key)
        {
            if (_isAsking)
            {
                Receive(key);
            }
            else if (_isTaking)
            {
                TakePart();
            }
            else if (_isProving)
            {
                Prove();
            }
            else if (!_store.StepDrop() && IsMissing && (_waitMs == 0 || now - _askedAt >= _waitMs))
            {
                Ask(now, key);
            }
        }

        private bool IsMissing { get { return _failures < FailuresMax && (!_isCompared || (_wanted != 0 && _wanted != _store.Number)); } }

        private void Ask(uint now, byte[] key)
        {
            _waitMs = 0;
            RosterMessage.WriteRequest(_request, _hostId, _nodeId, _isCompared ? _wanted : _store.Number, _have);
            _tags.Compute(key, _request, 0, RosterMessage.RequestTagged, _request, RosterMessage.RequestTagged);
            _isAsking = true;
            _askedAt = now;
            _uplink.Begin(UplinkKind.Roster, _request, _request.Length);
        }

        private void Receive(byte[] key)
        {
            byte state = _uplink.Poll();
            if (state == UplinkState.Pending)
            {
                return;
            }

            _isAsking = false;
            if (state != UplinkState.Answered || !IsValid(_uplink.Answer, _uplink.AnswerCount, key))
            {
                Wait();
                return;
            }

            _backoff.Reset();
            _isCompared = true;
            if (_table.Number == 0 || _store.Holds(_table))
            {
                Offer(_table.Number);
            }
            else
            {
                BeginTaking();
            }
        }

        private bool IsValid(byte[] answer, int count, byte[] key)
        {
            if (!RosterMessage.IsAnswerTo(_request, answer, count))
            {
                return false;
            }

            int tagged = count - RosterMessage.TagBytes;
            _tags.Compute(key, answer, 0, tagged, _tag, 0);
            return Text.SameSecret(_tag, 0, answer, tagged, RosterMessage.TagBytes)
                && RosterMessage.TryReadTable(answer, _table, _tags, key);
        }

        // If the roster has changed meanwhile, the download starts over.
        private void BeginTaking()
        {
            bool isOther = _have > 0 && !_store.IsWriting(_table);
            if (isOther || RosterMessage.CountOf(_uplink.Answer) == 0)
            {
                Restart(_table.Number);
                return;
            }

            _wanted = _table.Number;
            _isTaking = _have > 0 || _store.Begin(_table);
            if (!_isTaking)
            {
                Fail();
            }
        }

        private void TakePart()
        {
            int count = RosterMessage.CountOf(_uplink.Answer);
            byte prepared = _store.Prepare(_have + count);
            if (prepared == FlashErase.UnderWay)
            {
                return;
            }

            _isTaking = false;
            if (prepared == FlashErase.Failed || !_store.Write(_have, _uplink.Answer, RosterMessage.HeadBytes, count))
            {
                Fail();
                return;
            }

            _have += count;
            _isProving = _have == _table.BodyBytes;
        }

        private void Prove()
        {
            byte proof = _store.StepProof();
            if (proof != RosterStore.ProofUnderWay)
            {
                _isProving = false;
                if (proof == RosterStore.ProofFailed)
                {
                    Fail();
                }
            }
        }

        private void Fail()
        {
            _failures++;
            Restart(_wanted);
            Wait();
        }

        // Counts from the request, so the time spent waiting for an answer is included.
        private void Wait()
        {
            _waitMs = _backoff.NextMs();
        }

        private void Restart(byte number)
        {
            _wanted = number;
            _isTaking = false;
            _isProving = false;
            _have = 0;
        }
    }
}
