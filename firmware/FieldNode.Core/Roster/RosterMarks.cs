using FieldNode.Core.Lane;
using FieldNode.Lane;

namespace FieldNode.Core.Roster
{
    /// <summary>
    /// The people on the roster whom this node has sampled in this round: one bit per place, in memory only. After a start, with another
    /// roster or in another round, it is rebuilt from the lane's memory, a few people per step.
    /// </summary>
    public sealed class RosterMarks : IPersonMarks
    {
        private const int LookUpsPerStep = 2;
        private const int PlacesPerStep = 32;

        private readonly RosterStore _roster;
        private readonly LaneMemory _memory;
        private readonly LaneState _state;
        private readonly byte[] _bits = new byte[(Protocol.RosterTable.PlacesMax + 7) / 8];

        private uint _mark;
        private ushort _round;
        private int _next;
        private bool _hasGaps;

        public RosterMarks(RosterStore roster, LaneMemory memory, LaneState state)
        {
            _roster = roster;
            _memory = memory;
            _state = state;
        }

        /// <summary>A person without a mark has not been here. False during a rebuild, and after a start in mid-round: the people before
        /// the newest sector can no longer be read.</summary>
        public bool KnowsAll { get { return IsCurrent && !_hasGaps; } }

        /// <summary>The marks are not yet rebuilt from the lane's memory.</summary>
        public bool IsBehind { get { return _roster.Number != 0 && !IsCurrent; } }

        private bool IsCurrent { get { return _mark == _roster.Mark && _round == _state.Round && _next == CodeSet.Places; } }

        public bool Has(int place)
        {
            return _mark == _roster.Mark && _round == _state.Round && (_bits[place >> 3] & (1 << (place & 7))) != 0;
        }

        /// <summary>Continues to rebuild the marks from the lane's memory. Returns quickly.</summary>
        public void Step()
        {
            if (_roster.Number == 0 || !_memory.IsCurrent)
            {
                return;
            }

            if (_mark != _roster.Mark || _round != _state.Round)
            {
                System.Array.Clear(_bits, 0, _bits.Length);
                _mark = _roster.Mark;
                _round = _state.Round;
                _next = 0;
                _hasGaps = _memory.HasGaps;
            }

            _hasGaps |= _next < CodeSet.Places && _memory.HasGaps;
            int lookUps = 0;
            for (int i = 0; i < PlacesPerStep && lookUps < LookUpsPerStep && _next < CodeSet.Places; i++)
            {
                uint person = _memory.PersonAt(_next++);
                if (person != 0)
                {
                    Set(person, true);
                    lookUps++;
                }
            }
        }

        public void Set(uint person, bool isSampled)
        {
            int place = _mark == _roster.Mark && _round == _state.Round ? _roster.Find(person) : RosterStore.Unknown;
            if (place >= 0)
            {
                int bit = 1 << (place & 7);
                _bits[place >> 3] = (byte)(isSampled ? _bits[place >> 3] | bit : _bits[place >> 3] & ~bit);
            }
        }
    }
}
