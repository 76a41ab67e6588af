using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Lane
{
    /// <summary>What each record means for the lane's state.</summary>
    internal sealed class LaneFold
    {
        private readonly LaneState _state;
        private readonly LaneUndo _undo;
        private readonly Booted _booted = new Booted();
        private readonly ClockSet _clock = new ClockSet();
        private readonly ModeSet _mode = new ModeSet();
        private readonly OperatorSet _operator = new OperatorSet();
        private readonly Arrived _arrived = new Arrived();
        private readonly TubeOpened _opened = new TubeOpened();
        private readonly PersonSampled _person = new PersonSampled();
        private readonly Undone _undone = new Undone();
        private readonly Asked _asked = new Asked();
        private readonly Called _called = new Called();
        private readonly TurnedAway _turnedAway = new TurnedAway();
        private readonly PlaceOpened _place = new PlaceOpened();
        private readonly BagOpened _bag = new BagOpened();
        private readonly TubePacked _packed = new TubePacked();

        public LaneFold(LaneState state)
        {
            _state = state;
            _undo = new LaneUndo(state);
        }

        public void Apply(uint sequence, byte[] frame, int offset)
        {
            int content = offset + Frame.HeadBytes;
            int count = Frame.ContentCount(frame, offset);
            uint ticks = Frame.Ticks(frame, offset);
            byte type = Frame.Type(frame, offset);
            if (type == RecordType.Booted)
            {
                _state.Clock.Booted();
            }

            _state.Clock.Record(ticks);
            switch (type)
            {
                case RecordType.Booted when _booted.TryRead(frame, content, count):
                    _state.BootCount = _booted.BootCount;
                    break;
                case RecordType.ClockSet when _clock.TryRead(frame, content, count):
                    _state.Clock.Set(_clock.UtcMs, ticks);
                    break;
                case RecordType.Refused:
                    _state.Refusals++;
                    _state.Score.Errors += _state.Training ? 1u : 0;
                    break;
                case RecordType.Arrived when _arrived.TryRead(frame, content, count):
                    ApplyArrived(sequence);
                    break;
                case RecordType.Called when _called.TryRead(frame, content, count):
                    Note(sequence, RecordType.Called, 0, _called.People);
                    break;
                case RecordType.Asked when _asked.TryRead(frame, content, count):
                    _state.AskedWhat = _asked.What;
                    _state.AskedValue = _asked.Value;
                    _state.AskedSequence = sequence;
                    break;
                default:
                    ApplyStep(type, sequence, frame, content, count);
                    break;
            }
        }

        // A step of the lane answers or drops what it asked.
        private void ApplyStep(byte type, uint sequence, byte[] frame, int content, int count)
        {
            switch (type)
            {
                case RecordType.TubeOpened when _opened.TryRead(frame, content, count):
                    ApplyTubeOpened(sequence);
                    break;
                case RecordType.PersonSampled when _person.TryRead(frame, content, count):
                    ApplyPerson(sequence);
                    break;
                case RecordType.TubeClosed:
                    ApplyTubeClosed(sequence);
                    break;
                case RecordType.Undone when _undone.TryRead(frame, content, count):
                    _undo.Apply(_undone.Sequence);
                    break;
                case RecordType.ModeSet when _mode.TryRead(frame, content, count):
                    ApplyMode(sequence);
                    break;
                case RecordType.OperatorSet when _operator.TryRead(frame, content, count):
                    ApplyOperator(sequence);
                    break;
                case RecordType.TurnedAway when _turnedAway.TryRead(frame, content, count):
                    Break(sequence, type, _turnedAway.Reason, _state.Training ? 1u : 0);
                    _state.TurnedAway += _state.Training ? 0u : 1;
                    _state.Isolated += !_state.Training && _turnedAway.Reason == TurnedAway.Isolation ? 1u : 0;
                    break;
                case RecordType.PlaceOpened when _place.TryRead(frame, content, count):
                    ApplyPlaceOpened(sequence);
                    break;
                case RecordType.PlaceClosed when _state.Place.IsOpen:
                    _state.Place.Status = PlaceState.Closed;
                    Break(sequence, type, 0, 0);
                    break;
                default:
                    ApplyBagStep(type, sequence, frame, content, count);
                    return;
            }

            _state.AskedWhat = Asked.Nothing;
            _state.AskedValue = 0;
        }

        private void ApplyBagStep(byte type, uint sequence, byte[] frame, int content, int count)
        {
            BagState bag = _state.Bag;
            switch (type)
            {
                case RecordType.BagOpened when _bag.TryRead(frame, content, count):
                    bag.Status = BagState.Open;
                    bag.Sequence = sequence;
                    bag.Tubes = 0;
                    bag.People = 0;
                    bag.CodeCount = Copy(_bag, bag.Code);
                    Break(sequence, type, 0, 0);
                    break;
                case RecordType.TubePacked when _packed.TryRead(frame, content, count):
                    uint people = _packed.People == TubePacked.PeopleUnknown ? 0u : _packed.People;
                    bag.Tubes++;
                    bag.People += people;
                    Break(sequence, type, 0, people);
                    break;
                case RecordType.BagSealed when bag.IsOpen:
                    bag.Status = BagState.Sealed;
                    bag.SealedBags++;
                    bag.SealedTubes += bag.Tubes;
                    Break(sequence, type, 0, 0);
                    break;
                case RecordType.HandedOver:
                    Break(sequence, type, 0, (uint)bag.SealedBags << 16 | bag.SealedTubes & 0xFFFF);
                    bag.Status = bag.IsOpen ? bag.Status : BagState.None;
                    bag.SealedBags = 0;
                    bag.SealedTubes = 0;
                    break;
                default:
                    return; // nothing of the lane's
            }

            _state.AskedWhat = Asked.Nothing;
            _state.AskedValue = 0;
        }

        private void ApplyArrived(uint sequence)
        {
            if (_state.Training)
            {
                _state.ArrivalsInTraining += _arrived.People;
            }
            else
            {
                _state.Arrivals += _arrived.People;
            }

            Note(sequence, RecordType.Arrived, 0, _arrived.People);
        }

        private void ApplyMode(uint sequence)
        {
            byte kind = _mode.Mode;
            switch (kind)
            {
                case ModeSet.GroupSize:
                    Break(sequence, RecordType.ModeSet, kind, _state.GroupSize);
                    _state.GroupSize = GroupSizeOf(_mode.Value);
                    break;
                case ModeSet.Category:
                    Break(sequence, RecordType.ModeSet, kind, _state.Category);
                    _state.Category = (byte)_mode.Value;
                    break;
                case ModeSet.NextCategory:
                    Break(sequence, RecordType.ModeSet, kind, _state.NextCategory);
                    _state.NextCategory = (byte)_mode.Value;
                    break;
                case ModeSet.LaneKind:
                    Break(sequence, RecordType.ModeSet, kind, _state.Green ? 1u : 0);
                    _state.Green = _mode.Value == ModeSet.LaneGreen;
                    break;
                case ModeSet.Shift:
                    Break(sequence, RecordType.ModeSet, kind, _state.Shift);
                    _state.Shift = _mode.Value;
                    break;
                case ModeSet.Target:
                    Break(sequence, RecordType.ModeSet, kind, _state.Target);
                    _state.Target = _mode.Value;
                    break;
                case ModeSet.Round:
                    Break(sequence, RecordType.ModeSet, kind, _state.Round | Closed());
                    _state.Round = _mode.Value;
                    _state.TubeStatus = LaneState.TubeNone; // no undo reaches across: the tube belongs to the round before
                    break;
                case ModeSet.Training:
                    Break(sequence, RecordType.ModeSet, kind, (_state.Training ? 1u : 0) | Closed());
                    ApplyTraining(_mode.Value != 0);
                    break;
                default:
                    break; // of a later firmware
            }
        }

        // Undoing a card that ended the chain of the tube's steps brings the closed tube back.
        private uint Closed()
        {
            return _state.TubeStatus == LaneState.TubeClosed ? LaneUndo.TubeWasClosed : 0;
        }

        private void ApplyTraining(bool training)
        {
            if (training && !_state.Training)
            {
                _state.Score.Begin(_state.Clock.Seconds);
                _state.ArrivalsInTraining = 0;
                _state.SampledInTraining = 0;
            }

            _state.Training = training;
            _state.TubeStatus = LaneState.TubeNone; // no undo reaches across: the counters differ
        }

        private void ApplyOperator(uint sequence)
        {
            System.Array.Copy(_state.Operator, 0, _state.OperatorBefore, 0, _state.OperatorCount);
            _state.OperatorBeforeCount = _state.OperatorCount;
            _state.OperatorCount = Copy(_operator, _state.Operator);
            Break(sequence, RecordType.OperatorSet, 0, 0);
            if (_state.Training)
            {
                _state.Score.Begin(_state.Clock.Seconds); // the next volunteer's turn
            }
        }

        private void ApplyTubeOpened(uint sequence)
        {
            Go();
            _state.TubeStatus = LaneState.TubeOpen;
            _state.TubeSequence = sequence;
            _state.TubeSize = GroupSizeOf(_opened.GroupSize);
            _state.TubeCodeCount = Copy(_opened, _state.TubeCode);
            _state.People = 0;
        }

        private void ApplyPerson(uint sequence)
        {
            Go();
            if (_state.People < NodeLimits.GroupSizeMax)
            {
                _state.PersonSequence[_state.People] = sequence;
                _state.PersonHash[_state.People] = HashOf(_person, sequence);
                _state.People++;
            }

            _state.UsedCategory = _state.NextCategory;
            _state.NextCategory = LaneState.NoCategory;
            _state.Place.People += _state.Place.IsOpen ? 1u : 0;
            _state.Pace.Add(_state.Clock.Seconds);
            if (!_state.Training)
            {
                _state.Sampled++;
                return;
            }

            _state.SampledInTraining++;
            if (PracticePeople.IsUnderWrongCategory(_person.Code, _person.CodeCount, _person.Category))
            {
                _state.Score.Errors++;
            }
            else
            {
                _state.Score.Add(_state.Clock.Seconds);
            }
        }

        private void ApplyTubeClosed(uint sequence)
        {
            Go();
            if (_state.TubeStatus == LaneState.TubeOpen)
            {
                _state.TubeStatus = LaneState.TubeClosed;
                _state.ClosedSequence = sequence;
                _state.Tubes += _state.Training ? 0u : 1;
            }
        }

        private void ApplyPlaceOpened(uint sequence)
        {
            PlaceState place = _state.Place;
            place.Status = PlaceState.Open;
            place.Kind = _place.Kind;
            place.Sequence = sequence;
            place.People = 0;
            place.CodeCount = Copy(_place, place.Code);
            Break(sequence, RecordType.PlaceOpened, 0, 0);
        }

        // Nobody's code is the same for many people: each is somebody else.
        private static uint HashOf(PersonSampled person, uint sequence)
        {
            uint hash = LaneState.Hash(person.Code, 0, person.CodeCount);
            return person.Kind == PersonSampled.KindNoPapers ? hash ^ (sequence * 2654435761) : hash;
        }

        private static byte GroupSizeOf(int value)
        {
            return (byte)(value < NodeLimits.GroupSizeMax ? value : NodeLimits.GroupSizeMax);
        }

        private static int Copy(CodeContent content, byte[] target)
        {
            int count = content.CodeCount < target.Length ? content.CodeCount : target.Length;
            System.Array.Copy(content.Code, 0, target, 0, count);
            return count;
        }

        // One of the tube's own steps.
        private void Go()
        {
            _state.LastStep.Clear();
            _state.Chain = true;
        }

        // A step beside the tube's, which leaves those where they are.
        private void Note(uint sequence, byte type, byte kind, uint before)
        {
            LastStep last = _state.LastStep;
            last.Sequence = sequence;
            last.Type = type;
            last.Kind = kind;
            last.Before = before;
            last.ChainBefore = _state.Chain;
        }

        // A step after which undo must not surprise with one of the tube's.
        private void Break(uint sequence, byte type, byte kind, uint before)
        {
            Note(sequence, type, kind, before);
            _state.Chain = false;
        }
    }
}
