using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Core.Enrolment
{
    /// <summary>
    /// Asks a host that refuses this node to let it in again by its ticket (<see cref="RejoinMessage"/>): a host that was restored from a
    /// backup of before the claim was traded has lost the key. Once an hour: any other refusal stays one.
    /// </summary>
    internal sealed class Rejoining
    {
        private const uint AgainMs = 3600000;

        private readonly IUplink _uplink;
        private readonly ITags _tags;
        private readonly ulong _nodeId;
        private readonly uint _hostId;
        private readonly byte[] _ticket;

        private byte[] _request = new byte[0]; // made when it is needed, which is hardly ever
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

        /// <summary>A request is under way: the uplink is not free.</summary>
        public bool IsBusy { get; private set; }

        /// <summary>Advances the exchange, or begins it when the host refuses the node; true when the host let the node in. Never
        /// waits.</summary>
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
            _hasAsked = state != UplinkState.Failed; // no answer is no refusal
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
