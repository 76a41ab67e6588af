using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Lane
{
    /// <summary>Undoes the lane's last step, the one that <see cref="LaneState.UndoTarget"/> names, or the opening of a bag that is still
    /// empty.</summary>
    internal sealed class LaneUndo
    {
        /// <summary><see cref="LastStep.Kind"/> of opening a place: it also ended the previous place.</summary>
        public const byte EndedAnother = 1;

        /// <summary><see cref="LastStep.Kind"/> of a badge scanned while another volunteer's turn had not begun yet.</summary>
        public const byte KindScoreWasPending = 1;

        private readonly LaneState _state;

        public LaneUndo(LaneState state)
        {
            _state = state;
        }

        public void Apply(uint sequence)
        {
            BagState bag = _state.Bag;
            bool isEmptyBag = bag.IsOpen && bag.Tubes == 0 && sequence == bag.Sequence;
            if (sequence == 0 || (sequence != _state.UndoTarget && !isEmptyBag))
            {
                return;
            }

            _state.Score.Errors += _state.Training && !_state.Score.IsPending ? 1u : 0;
            if (isEmptyBag && sequence != _state.UndoTarget)
            {
                bag.Status = BagState.None; // the empty bag was scanned again: opening it was a mistake
                return;
            }

            if (_state.AskedWhat != Asked.Nothing)
            {
                return; // the undo itself cancels the question
            }

            if (_state.LastStep.Sequence != 0)
            {
                UndoLastStep();
                _state.Chain = _state.LastStep.ChainBefore;
                _state.LastStep.Clear();
            }
            else if (_state.TubeStatus == LaneState.TubeClosed || _state.TubeStatus == LaneState.TubeDamaged)
            {
                _state.Sampled += _state.TubeStatus == LaneState.TubeDamaged && !_state.Training ? (uint)_state.People : 0u;
                _state.TubeStatus = LaneState.TubeOpen;
                _state.Tubes -= _state.Training ? 0u : 1;
            }
            else if (_state.People > 0)
            {
                UndoPerson();
            }
            else
            {
                _state.TubeStatus = LaneState.TubeNone;
            }
        }

        private void UndoPerson()
        {
            _state.People--;
            byte took = _state.PersonUndoBits[_state.People];
            int category = took & LaneState.UndoCategoryMask;
            _state.NextCategory = category == 0 ? LaneState.NoCategory : (byte)(category - 1);
            ReturnToQueue(took);
            _state.Place.People -= _state.Place.IsOpen && _state.Place.People > 0 ? 1u : 0;
            _state.Pace.Remove();
            if (_state.Training)
            {
                _state.SampledInTraining--;
                bool wasRight = (took & LaneState.UndoWrongBit) == 0;
                _state.Score.People -= wasRight && _state.Score.People > 0 ? 1u : 0;
            }
            else
            {
                _state.Sampled--;
            }
        }

        private void ReturnToQueue(uint took)
        {
            if ((took & LaneState.UndoQueueBit) != 0 && _state.Training)
            {
                _state.WaitingInTraining++;
            }
            else if ((took & LaneState.UndoQueueBit) != 0)
            {
                _state.Waiting++;
            }
        }

        private void UndoLastStep()
        {
            LastStep last = _state.LastStep;
            BagState bag = _state.Bag;
            switch (last.Type)
            {
                case RecordType.Arrived:
                    UndoArrival(last.Before);
                    break;
                case RecordType.ModeSet:
                    UndoMode(last.Kind, last.Before);
                    break;
                case RecordType.OperatorSet:
                    System.Array.Copy(_state.OperatorBefore, 0, _state.Operator, 0, _state.OperatorBeforeCount);
                    _state.OperatorCount = _state.OperatorBeforeCount;
                    _state.Score.IsPending = last.Kind == KindScoreWasPending;
                    break;
                case RecordType.TurnedAway:
                    ReturnToQueue(last.Before);
                    _state.TurnedAway -= _state.Training ? 0u : 1;
                    _state.Isolated -= !_state.Training && last.Kind == TurnedAway.Isolation ? 1u : 0;
                    break;
                case RecordType.PlaceOpened when last.Kind == EndedAnother:
                    _state.Place.CopyFrom(_state.PlaceBefore);
                    _state.Place.Status = PlaceState.Open;
                    break;
                case RecordType.PlaceOpened:
                    _state.Place.Reset();
                    break;
                case RecordType.PlaceClosed:
                    _state.Place.Status = PlaceState.Open;
                    break;
                case RecordType.BagOpened:
                    bag.Status = BagState.None;
                    break;
                case RecordType.TubePacked:
                    bool isUnknown = last.Before == TubePacked.PeopleUnknown;
                    bag.Tubes--;
                    bag.Unknown -= isUnknown ? 1u : 0;
                    bag.People -= isUnknown ? 0 : last.Before;
                    break;
                case RecordType.BagSealed:
                    bag.Status = BagState.Open;
                    bag.SealedBags--;
                    bag.SealedTubes -= bag.Tubes;
                    break;
                case RecordType.HandedOver:
                    bag.SealedBags = (byte)(last.Before >> 16);
                    bag.SealedTubes = last.Before & 0xFFFF;
                    break;
                default:
                    break; // Called changes no state
            }
        }

        private void UndoArrival(uint people)
        {
            if (_state.Training)
            {
                _state.ArrivalsInTraining -= people;
                _state.WaitingInTraining -= people < _state.WaitingInTraining ? people : _state.WaitingInTraining;
            }
            else
            {
                _state.Arrivals -= people;
                _state.Waiting -= people < _state.Waiting ? people : _state.Waiting;
            }
        }

        private void UndoMode(byte kind, uint before)
        {
            switch (kind)
            {
                case ModeSet.GroupSize: _state.GroupSize = (byte)before; break;
                case ModeSet.Category: _state.Category = (byte)before; break;
                case ModeSet.NextCategory: _state.NextCategory = (byte)before; break;
                case ModeSet.LaneKind: _state.Green = before != 0; break;
                case ModeSet.Shift:
                    _state.Shift = (ushort)before;
                    _state.SampledBeforeShift = _state.SampledBeforePreviousShift;
                    break;
                case ModeSet.Target: _state.Target = (ushort)before; break;
                case ModeSet.Round: _state.Round = (ushort)before; break;
                case ModeSet.Training: _state.Training = before != 0; break;
                default: break;
            }
        }
    }
}
