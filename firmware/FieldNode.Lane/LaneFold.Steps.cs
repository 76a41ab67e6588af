using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Lane
{
    // How each record type changes the state.
    internal sealed partial class LaneFold
    {
        private void ApplyArrived(uint sequence)
        {
            if (_state.Training)
            {
                _state.ArrivalsInTraining += _arrived.People;
                _state.WaitingInTraining += _arrived.People;
            }
            else
            {
                _state.Arrivals += _arrived.People;
                _state.Waiting += _arrived.People;
            }

            SetLastStep(sequence, RecordType.Arrived, 0, _arrived.People);
        }

        private void ApplyOperator(uint sequence)
        {
            System.Array.Copy(_state.Operator, 0, _state.OperatorBefore, 0, _state.OperatorCount);
            _state.OperatorBeforeCount = _state.OperatorCount;
            _state.OperatorCount = Copy(_operator, _state.Operator);
            SetLastStepAndEndChain(sequence, RecordType.OperatorSet, _state.Score.IsPending ? LaneUndo.KindScoreWasPending : (byte)0, 0);
            _state.Score.IsPending |= _state.Training; // the next scored scan starts this volunteer's score
        }

        private void ApplyTubeOpened(uint sequence)
        {
            ResumeUndoChain();
            _state.TubeStatus = LaneState.TubeOpen;
            _state.TubeSequence = sequence;
            _state.TubeSize = GroupSizeOf(_opened.GroupSize);
            _state.TubeCodeCount = Copy(_opened, _state.TubeCode);
            _state.People = 0;
            System.Array.Clear(_state.PersonUndoBits, 0, LaneLimits.GroupSizeMax);
        }

        private void ApplyPerson(uint sequence)
        {
            ResumeUndoChain();
            byte took = (byte)((_state.NextCategory + 1) & LaneState.UndoCategoryMask);
            took |= _state.Queue > 0 ? LaneState.UndoQueueBit : (byte)0;
            _state.NextCategory = LaneState.NoCategory;
            _state.Place.People += _state.Place.IsOpen ? 1u : 0;
            _state.Pace.Add(_state.Clock.Seconds);
            _state.Forecast.Add(_state.Clock.Seconds);
            if (_state.Training)
            {
                _state.SampledInTraining++;
                took |= ScorePerson();
            }
            else
            {
                _state.Sampled++;
            }

            LeaveQueue(took);
            if (_state.People < LaneLimits.GroupSizeMax)
            {
                _state.PersonSequence[_state.People] = sequence;
                _state.PersonHash[_state.People] = HashOf(_person, sequence);
                _state.PersonUndoBits[_state.People] = took;
                _state.People++;
            }
        }

        private void ScoreError()
        {
            if (_state.Training)
            {
                _state.Score.BeginIfPending(_state.Clock.Seconds);
                _state.Score.Errors++;
            }
        }

        private byte ScorePerson()
        {
            _state.Score.BeginIfPending(_state.Clock.Seconds);
            if (PracticePeople.IsUnderWrongCategory(_person.Code, _person.CodeCount, _person.Category))
            {
                _state.Score.Errors++;
                return LaneState.UndoWrongBit;
            }

            _state.Score.Add(_state.Clock.Seconds);
            return 0;
        }

        private void LeaveQueue(byte took)
        {
            if ((took & LaneState.UndoQueueBit) != 0 && _state.Training)
            {
                _state.WaitingInTraining--;
            }
            else if ((took & LaneState.UndoQueueBit) != 0)
            {
                _state.Waiting--;
            }
        }

        private void ApplyTurnedAway(uint sequence)
        {
            byte took = _state.Queue > 0 ? LaneState.UndoQueueBit : (byte)0;
            SetLastStepAndEndChain(sequence, RecordType.TurnedAway, _turnedAway.Reason, took);
            LeaveQueue(took);
            _state.TurnedAway += _state.Training ? 0u : 1;
            _state.Isolated += !_state.Training && _turnedAway.Reason == TurnedAway.Isolation ? 1u : 0;
        }

        private void ApplyTubeClosed(uint sequence)
        {
            ResumeUndoChain();
            if (_state.TubeStatus == LaneState.TubeOpen)
            {
                bool isDamaged = _closed.Reason == TubeClosed.TubeDamaged;
                _state.TubeStatus = isDamaged ? LaneState.TubeDamaged : LaneState.TubeClosed;
                _state.ClosedSequence = sequence;
                _state.Sampled -= isDamaged && !_state.Training ? (uint)_state.People : 0u;
                _state.Tubes += _state.Training ? 0u : 1;
            }
        }

        private void ApplyPlaceOpened(uint sequence)
        {
            PlaceState place = _state.Place;
            bool endedAnother = _place.EndedAnother && _state.LastStep.Type == RecordType.PlaceClosed;
            bool chain = endedAnother ? _state.LastStep.ChainBefore : _state.Chain;
            if (endedAnother)
            {
                _state.PlaceBefore.CopyFrom(place);
            }

            place.Status = PlaceState.Open;
            place.Kind = _place.Kind;
            place.Sequence = sequence;
            place.People = 0;
            place.CodeCount = Copy(_place, place.Code);
            SetLastStepAndEndChain(sequence, RecordType.PlaceOpened, endedAnother ? LaneUndo.EndedAnother : (byte)0, 0);
            _state.LastStep.ChainBefore = chain;
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
                    bag.Unknown = 0;
                    bag.CodeCount = Copy(_bag, bag.Code);
                    SetLastStepAndEndChain(sequence, type, 0, 0);
                    break;
                case RecordType.TubePacked when _packed.TryRead(frame, content, count):
                    bool isUnknown = _packed.People == TubePacked.PeopleUnknown;
                    bag.Tubes++;
                    bag.Unknown += isUnknown ? 1u : 0;
                    bag.People += isUnknown ? 0u : _packed.People;
                    SetLastStepAndEndChain(sequence, type, 0, _packed.People);
                    break;
                case RecordType.BagSealed when bag.IsOpen:
                    bag.Status = BagState.Sealed;
                    bag.SealedBags++;
                    bag.SealedTubes += bag.Tubes;
                    SetLastStepAndEndChain(sequence, type, 0, 0);
                    break;
                case RecordType.HandedOver:
                    SetLastStepAndEndChain(sequence, type, 0, (uint)bag.SealedBags << 16 | bag.SealedTubes & 0xFFFF);
                    bag.Status = bag.IsOpen ? bag.Status : BagState.None;
                    bag.SealedBags = 0;
                    bag.SealedTubes = 0;
                    break;
                default:
                    return; // not a step of the lane
            }

            _state.AskedWhat = Asked.Nothing;
            _state.AskedValue = 0;
        }
    }
}
