using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Lane
{
    /// <summary>From tube to lab: opens a bag, packs tubes, seals the bag once everything is counted, and hands it over with both
    /// badges.</summary>
    internal sealed class LaneBags
    {
        private readonly LaneLogic _lane;
        private readonly LaneState _state;
        private readonly LaneMemory _memory;
        private readonly LaneWriter _writer;
        private readonly BagOpened _opened = new BagOpened();
        private readonly TubePacked _packed = new TubePacked();
        private readonly BagSealed _sealed = new BagSealed();
        private readonly Undone _undone = new Undone();
        private readonly HandedOver _handedOver = new HandedOver();

        public LaneBags(LaneLogic lane, LaneState state, LaneMemory memory, LaneWriter writer)
        {
            _lane = lane;
            _state = state;
            _memory = memory;
            _writer = writer;
        }

        public byte Open(byte[] code, int offset, int count)
        {
            BagState bag = _state.Bag;
            bool isLast = bag.Status != BagState.None && count == bag.CodeCount && Text.Same(code, offset, bag.Code, 0, count);
            if (bag.IsOpen && isLast && bag.Tubes == 0)
            {
                _undone.Sequence = bag.Sequence; // scanned again while empty: it was opened by mistake
                return _writer.Append(_undone);
            }

            if (bag.IsOpen)
            {
                return Refusal.BagOpen;
            }

            if (bag.SealedBags >= LaneLimits.SealedBagsMax)
            {
                return Refusal.HandOverFirst;
            }

            if (isLast || _memory.HasBag(LaneState.Hash(code, offset, count)))
            {
                return Refusal.BagUsed;
            }

            _opened.Round = _state.Round;
            _opened.Training = _state.Training;
            _opened.SetCode(code, offset, count);
            return _writer.Append(_opened);
        }

        /// <summary>Packs a tube into the open bag. A tube that this lane did not fill must be scanned twice.</summary>
        public byte Pack(byte[] code, int offset, int count)
        {
            if (_state.IsTubeCode(code, offset, count) && _state.TubeStatus == LaneState.TubeOpen)
            {
                byte closed = _state.GroupFull ? _lane.Close(TubeClosed.Full) : Refusal.TubeOpen;
                if (closed != Refusal.None)
                {
                    return closed;
                }
            }

            uint hash = LaneState.Hash(code, offset, count);
            int tube = _memory.FindTube(hash);
            if (tube >= 0 && (_memory.Tubes.IsPacked(tube) || _memory.Tubes.IsDamaged(tube)))
            {
                return _memory.Tubes.IsDamaged(tube) ? Refusal.TubeDamaged : Refusal.TubePacked;
            }

            bool isDoubtful = tube < 0 && _memory.IsCurrent && _memory.HasTubes;
            if (isDoubtful && !_state.IsAsked(Asked.TubeAgain, hash))
            {
                return _writer.Ask(Asked.TubeAgain, hash);
            }

            _packed.Bag = _state.Bag.Sequence;
            _packed.People = tube < 0 ? TubePacked.PeopleUnknown : _memory.Tubes.PeopleIn(tube);
            _packed.SetCode(code, offset, count);
            return _writer.Append(_packed);
        }

        /// <summary>The first seal card shows the numbers to check; the second confirms that people, swabs and tubes agree.</summary>
        public byte Seal()
        {
            BagState bag = _state.Bag;
            if (!bag.IsOpen)
            {
                return Refusal.NoBag;
            }

            if (bag.Tubes == 0)
            {
                return Refusal.BagEmpty;
            }

            if (!_state.IsAsked(Asked.SealAgain, bag.People))
            {
                return _writer.Ask(Asked.SealAgain, bag.People);
            }

            _sealed.Bag = bag.Sequence;
            _sealed.Tubes = (ushort)bag.Tubes;
            _sealed.People = (ushort)bag.People;
            return _writer.Append(_sealed);
        }

        /// <summary>Handles the handover card: asks for the receiver's badge.</summary>
        public byte BeginHandOver()
        {
            BagState bag = _state.Bag;
            if (bag.IsOpen)
            {
                return Refusal.NotSealed;
            }

            if (bag.SealedBags == 0)
            {
                return Refusal.NoBag;
            }

            return _state.OperatorCount == 0 ? Refusal.NoBadge : _writer.Ask(Asked.ReceiverBadge, bag.SealedBags);
        }

        public byte HandOver(byte[] code, int badgeOffset, int badgeCount)
        {
            if (badgeCount == _state.OperatorCount && Text.Same(code, badgeOffset, _state.Operator, 0, badgeCount))
            {
                return Refusal.SameBadge;
            }

            _handedOver.Bags = _state.Bag.SealedBags;
            _handedOver.Tubes = (ushort)_state.Bag.SealedTubes;
            _handedOver.SetBadges(_state.Operator, _state.OperatorCount, code, badgeOffset, badgeCount);
            return _writer.Append(_handedOver);
        }
    }
}
