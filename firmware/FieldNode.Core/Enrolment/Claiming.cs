using FieldNode.Core.Ports;
using FieldNode.Core.Upload;
using FieldNode.Protocol;

namespace FieldNode.Core.Enrolment
{
    /// <summary>Exchanges the card's claim for the node's key (<see cref="ClaimMessage"/>) in the background, while the lane
    /// works.</summary>
    public sealed class Claiming
    {
        private const uint RefusedWaitMs = 60000;

        private readonly IUplink _uplink;
        private readonly ITags _tags;
        private readonly Backoff _backoff;
        private readonly byte[] _claim;
        private readonly byte[] _request = new byte[ClaimMessage.RequestBytes];
        private readonly byte[] _tag = new byte[ClaimMessage.TagBytes];

        private uint _askedAt;
        private uint _waitMs;

        /// <param name="nonce">16 random bytes, drawn when the card was scanned and stored with it, so that a restart uses the
        /// same.</param>
        public Claiming(IUplink uplink, ITags tags, ulong nodeId, uint hostId, byte[] claim, byte[] nonce, uint seed)
        {
            _uplink = uplink;
            _tags = tags;
            _claim = claim;
            _backoff = new Backoff(seed);
            ClaimMessage.WriteRequest(_request, hostId, nodeId, nonce);
            _tags.Compute(claim, _request, 0, ClaimMessage.RequestTagged, _request, ClaimMessage.RequestTagged);
        }

        /// <summary>A request is in progress; the uplink is busy.</summary>
        public bool IsBusy { get; private set; }

        /// <summary>The host refused the claim: it is unknown, or another node used it. Print a new card.</summary>
        public bool HostRefuses { get; private set; }

        /// <summary>The last answer was not from our host: the sender does not hold the claim.</summary>
        public bool HostIsUntrusted { get; private set; }

        /// <summary><see cref="NodeKeys.Link"/>; empty until known.</summary>
        public byte[] LinkKey { get; private set; } = new byte[0];

        /// <summary><see cref="NodeKeys.Seal"/>; empty until known.</summary>
        public byte[] SealReserve { get; private set; } = new byte[0];

        /// <summary>The host's ticket (<see cref="RejoinMessage"/>); empty until the key is known.</summary>
        public byte[] Ticket { get; private set; } = new byte[0];

        /// <summary>Advances the exchange; true when the key has arrived. Never blocks.</summary>
        public bool Step(uint now)
        {
            if (IsBusy)
            {
                return Receive();
            }

            if (_waitMs == 0 || now - _askedAt >= _waitMs)
            {
                IsBusy = true;
                _askedAt = now;
                _uplink.Begin(UplinkKind.Claim, _request, _request.Length);
            }

            return false;
        }

        private bool Receive()
        {
            byte state = _uplink.Poll();
            if (state == UplinkState.Pending)
            {
                return false;
            }

            IsBusy = false;
            if (state == UplinkState.Answered && IsValidAnswer())
            {
                byte[] input = ClaimMessage.KeyInput(_request, _uplink.Answer);
                byte[] key = new byte[ClaimMessage.KeyBytes];
                _tags.Compute(_claim, input, 0, input.Length, key, 0);
                LinkKey = NodeKeys.Link(_tags, key);
                SealReserve = NodeKeys.Seal(_tags, key);
                Ticket = ClaimMessage.TicketOf(_uplink.Answer);
                HostRefuses = false;
                return true;
            }

            HostRefuses = state == UplinkState.Refused;
            HostIsUntrusted = state == UplinkState.Answered;
            _waitMs = (HostRefuses ? RefusedWaitMs / 2 : 0) + _backoff.NextMs();
            return false;
        }

        private bool IsValidAnswer()
        {
            byte[] answer = _uplink.Answer;
            if (!ClaimMessage.IsAnswerTo(_request, answer, _uplink.AnswerCount))
            {
                return false;
            }

            _tags.Compute(_claim, answer, 0, ClaimMessage.AnswerTagged, _tag, 0);
            return Text.SameSecret(_tag, 0, answer, ClaimMessage.AnswerTagged, ClaimMessage.TagBytes);
        }
    }
}
