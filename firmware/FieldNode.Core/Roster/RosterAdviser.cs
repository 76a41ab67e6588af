using FieldNode.Core.Lane;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Core.Settings;
using FieldNode.Lane;
using FieldNode.Protocol;

namespace FieldNode.Core.Roster
{
    /// <summary>What the node says of a person just confirmed, from the roster that it carries and from whom it has seen.</summary>
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

        /// <summary>The lane's memory is still to be gone through.</summary>
        public bool IsBehind { get { return _marks.IsBehind; } }

        /// <summary>Goes on through the lane's memory. Returns soon.</summary>
        public void Step()
        {
            _marks.Step();
        }

        /// <summary>Shows what there is to say of the lane's last step; true when the volunteer should look. Practice people are on no
        /// roster.</summary>
        public bool Advise(Lane.Lane lane, Screen screen)
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
