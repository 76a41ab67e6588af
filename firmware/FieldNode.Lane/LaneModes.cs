using FieldNode.Protocol.Records;

namespace FieldNode.Lane
{
    /// <summary>Applies mode cards to the lane's state.</summary>
    internal sealed class LaneModes
    {
        private readonly LaneState _state;

        public LaneModes(LaneState state)
        {
            _state = state;
        }

        /// <summary>The mode's current value, kept for undo.</summary>
        public uint Current(byte kind)
        {
            switch (kind)
            {
                case ModeSet.GroupSize: return _state.GroupSize;
                case ModeSet.Category: return _state.Category;
                case ModeSet.NextCategory: return _state.NextCategory;
                case ModeSet.LaneKind: return _state.Green ? 1u : 0;
                case ModeSet.Shift: return _state.Shift;
                case ModeSet.Target: return _state.Target;
                case ModeSet.Round: return _state.Round;
                case ModeSet.Training: return _state.Training ? 1u : 0;
                default: return 0; // a mode of a later firmware
            }
        }

        public void Apply(byte kind, ushort value)
        {
            switch (kind)
            {
                case ModeSet.GroupSize:
                    _state.GroupSize = LaneFold.GroupSizeOf(value);
                    break;
                case ModeSet.Category:
                    _state.Category = (byte)value;
                    break;
                case ModeSet.NextCategory:
                    _state.NextCategory = (byte)value;
                    break;
                case ModeSet.LaneKind:
                    _state.Green = value == ModeSet.LaneGreen;
                    break;
                case ModeSet.Shift:
                    _state.Shift = value;
                    _state.SampledBeforePreviousShift = _state.SampledBeforeShift;
                    _state.SampledBeforeShift = _state.Sampled;
                    break;
                case ModeSet.Target:
                    _state.Target = value;
                    break;
                case ModeSet.Round:
                    _state.Round = value;
                    _state.TubeStatus = LaneState.TubeNone; // undo stops here: the tube belongs to the previous round
                    break;
                case ModeSet.Training:
                    ApplyTraining(value != 0);
                    break;
                default:
                    break; // a mode of a later firmware
            }
        }

        private void ApplyTraining(bool training)
        {
            if (training && !_state.Training)
            {
                _state.Score.Begin(_state.Clock.Seconds);
                _state.ArrivalsInTraining = 0;
                _state.WaitingInTraining = 0;
                _state.SampledInTraining = 0;
            }
            else if (!training && _state.Score.IsPending)
            {
                _state.Score.Begin(_state.Clock.Seconds); // no scored scan since the last badge
            }

            _state.Training = training;
            _state.TubeStatus = LaneState.TubeNone; // undo stops here: training has its own counters
        }
    }
}
