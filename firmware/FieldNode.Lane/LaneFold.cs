using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Lane
{
    /// <summary>Applies records to the lane's state, by type.</summary>
    internal sealed partial class LaneFold
    {
        private readonly LaneState _state;
        private readonly LaneUndo _undo;
        private readonly LaneModes _modes;
        private readonly Booted _booted = new Booted();
        private readonly ClockSet _clock = new ClockSet();
        private readonly ModeSet _mode = new ModeSet();
        private readonly OperatorSet _operator = new OperatorSet();
        private readonly Arrived _arrived = new Arrived();
        private readonly TubeOpened _opened = new TubeOpened();
        private readonly TubeClosed _closed = new TubeClosed();
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
            _modes = new LaneModes(state);
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
                    ScoreError();
                    break;
                case RecordType.Arrived when _arrived.TryRead(frame, content, count):
                    ApplyArrived(sequence);
                    break;
                case RecordType.Called when _called.TryRead(frame, content, count):
                    SetLastStep(sequence, RecordType.Called, 0, _called.People);
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

        // A step of the lane answers or cancels the open question.
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
                case RecordType.TubeClosed when _closed.TryRead(frame, content, count):
                    ApplyTubeClosed(sequence);
                    break;
                case RecordType.Undone when _undone.TryRead(frame, content, count):
                    _undo.Apply(_undone.Sequence);
                    break;
                case RecordType.ModeSet when _mode.TryRead(frame, content, count):
                    SetLastStepAndEndChain(sequence, type, _mode.Mode, _modes.Current(_mode.Mode));
                    _modes.Apply(_mode.Mode, _mode.Value);
                    break;
                case RecordType.OperatorSet when _operator.TryRead(frame, content, count):
                    ApplyOperator(sequence);
                    break;
                case RecordType.TurnedAway when _turnedAway.TryRead(frame, content, count):
                    ApplyTurnedAway(sequence);
                    break;
                case RecordType.PlaceOpened when _place.TryRead(frame, content, count):
                    ApplyPlaceOpened(sequence);
                    break;
                case RecordType.PlaceClosed when _state.Place.IsOpen:
                    _state.Place.Status = PlaceState.Closed;
                    SetLastStepAndEndChain(sequence, type, 0, 0);
                    break;
                default:
                    ApplyBagStep(type, sequence, frame, content, count);
                    return;
            }

            _state.AskedWhat = Asked.Nothing;
            _state.AskedValue = 0;
        }

        // Without papers, many people share one code, so the sequence number tells them apart.
        private static uint HashOf(PersonSampled person, uint sequence)
        {
            uint hash = LaneState.Hash(person.Code, 0, person.CodeCount);
            return person.Kind == PersonSampled.KindNoPapers ? hash ^ (sequence * 2654435761) : hash;
        }

        internal static byte GroupSizeOf(int value)
        {
            return (byte)(value < LaneLimits.GroupSizeMax ? value : LaneLimits.GroupSizeMax);
        }

        private static int Copy(CodeContent content, byte[] target)
        {
            int count = content.CodeCount < target.Length ? content.CodeCount : target.Length;
            System.Array.Copy(content.Code, 0, target, 0, count);
            return count;
        }

        // Resumes the undo chain: the last step was one of the tube's own.
        private void ResumeUndoChain()
        {
            _state.LastStep.Clear();
            _state.Chain = true;
        }

        // Notes a step outside the tube; the tube's steps before it can still be undone.
        private void SetLastStep(uint sequence, byte type, byte kind, uint before)
        {
            LastStep last = _state.LastStep;
            last.Sequence = sequence;
            last.Type = type;
            last.Kind = kind;
            last.Before = before;
            last.ChainBefore = _state.Chain;
        }

        // Notes a step outside the tube and ends the undo chain: a further undo must not take back a tube step unexpectedly.
        private void SetLastStepAndEndChain(uint sequence, byte type, byte kind, uint before)
        {
            SetLastStep(sequence, type, kind, before);
            _state.Chain = false;
        }
    }
}
