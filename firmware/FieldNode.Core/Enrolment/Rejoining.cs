using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Core.Enrolment
{
    /// <summary>
    /// Asks a host that refuses this node to readmit it by its ticket (<see cref="RejoinMessage"/>). A host restored from a backup older
    /// than the claim has lost the key. Asks at most once an hour: a refusal for another reason will not change.
    /// </summary>
    internal sealed class Rejoining
    {
        private const uint AgainMs = 3600000;

        private readonly IUplink _uplink;
        private readonly ITags _tags;
        private readonly ulong _nodeId;
        private readonly uint _hostId;
        private readonly byte[] _ticket;

        private byte[] _request = new byte[0]; // allocated on demand: rarely needed
        private uint _askedAt;
        private bool _hasAsked;

        public Rejoining(IUplink uplink, ITags tags, ulong nodeId, uint hostId, byte[] ticket)
        {
            _uplink = uplink;
            _tags = tags;
            _nodeId = nodeId;
            _hostId = hostId;
            _ticket = ticket;
        }

        /// <summary>A request is in progress; the uplink is busy.</summary>
        public bool IsBusy { get; private set; }

        /// <summary>Advances the exchange, or begins one if the host refuses the node; true when the host has readmitted it. Never
        /// blocks.</summary>
        public bool Step(uint now, bool isRefused, byte[] key)
        {
            if (IsBusy)
            {
                return Receive(key);
            }

            if (isRefused && (!_hasAsked || now - _askedAt >= AgainMs))
            {
                _request = new byte[RejoinMessage.RequestBytes];
                RejoinMessage.WriteRequest(_request, _hostId, _nodeId, _ticket);
                _tags.Compute(key, _request, 0, RejoinMessage.RequestTagged, _request, RejoinMessage.RequestTagged);
                _hasAsked = true;
                _askedAt = now;
                IsBusy = true;
                _uplink.Begin(UplinkKind.Rejoin, _request, _request.Length);
            }

            return false;
        }

        private bool Receive(byte[] key)
        {
            byte state = _uplink.Poll();
            if (state == UplinkState.Pending)
            {
                return false;
            }

            IsBusy = false;
            _hasAsked = state != UplinkState.Failed; // without an answer, the hour does not begin
            byte[] answer = _uplink.Answer;
            if (state != UplinkState.Answered || !RejoinMessage.IsAnswerTo(_request, answer, _uplink.AnswerCount))
            {
                return false;
            }

            byte[] tag = new byte[RejoinMessage.TagBytes];
            _tags.Compute(key, answer, 0, RejoinMessage.AnswerTagged, tag, 0);
            return Text.SameSecret(tag, 0, answer, RejoinMessage.AnswerTagged, RejoinMessage.TagBytes);
        }
    }
}
