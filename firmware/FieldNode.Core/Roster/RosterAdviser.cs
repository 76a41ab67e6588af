using FieldNode.Core.Lane;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Core.Settings;
using FieldNode.Lane;
using FieldNode.Protocol;

namespace FieldNode.Core.Roster
{
    /// <summary>Advice about a person just confirmed, from the roster on the node and the people it has seen.</summary>
    internal sealed class RosterAdviser
    {
        private readonly RosterMarks _marks;
        private readonly LaneState _state;

        public RosterAdviser(IFlash flash, NodeSettings settings, LaneMemory memory, LaneState state)
        {
            Store = new RosterStore(flash, settings.HostId, settings.Site);
            _marks = new RosterMarks(Store, memory, state);
            _state = state;
            memory.Attach(_marks);
        }

        public RosterStore Store { get; }

        /// <summary>The marks are not yet rebuilt from the lane's memory.</summary>
        public bool IsBehind { get { return _marks.IsBehind; } }

        /// <summary>Continues to rebuild the marks from the lane's memory. Returns quickly.</summary>
        public void Step()
        {
            _marks.Step();
        }

        /// <summary>Shows the advice on the lane's last step; true if the volunteer should look. None in training, because people in
        /// training are not on the roster.</summary>
        public bool Advise(Lane.LaneLogic lane, Screen screen)
        {
            int missing = 0;
            bool isPerson = !_state.Training && lane.LastRefusal == Refusal.None && lane.LastRecordType == RecordType.PersonSampled
                && lane.LastPerson != 0;
            screen.Advice = isPerson ? Store.Advise(lane.LastPerson, _marks, out missing) : RosterAdvice.None;
            screen.Missing = missing;
            return screen.Advice == RosterAdvice.NotListed;
        }
    }
}
