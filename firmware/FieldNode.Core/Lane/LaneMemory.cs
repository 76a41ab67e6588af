#nullable disable // a board may have no roster, and the device's compilation has no "?" for references
using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Lane
{
    /// <summary>
    /// The people, tubes and bags that this node has seen, from its own log: for warnings and refusals without a network. It is not part of
    /// the checkpoint. After a start it is rebuilt from the log, a few frames per step, while the lane works; until that is done, it is
    /// empty and gives no warnings. Only the people in the newest sector come back: by design, earlier seals no longer open. What the host
    /// knows in addition arrives in its messages.
    /// </summary>
    public sealed partial class LaneMemory : IRecordListener
    {
        /// <summary>Records read back after a start: more than a day of a lane (docs/field-facts.md, "Scale": about 2,500).</summary>
        public const uint RecordsMax = 4096;

        private const int FramesPerStep = 4;
        private const int UnreadableMax = 1000;

        private readonly RingLog _log;
        private readonly LaneState _state;
        private readonly LogReader _reader;
        private readonly CodeSet _seen = new CodeSet();
        private readonly TubeList _tubes = new TubeList();
        private readonly LaneClock _clock = new LaneClock();
        private readonly byte[] _frames = new byte[FramesPerStep * Frame.BytesMax];
        private readonly RecentSeen _recent = new RecentSeen();

        private readonly TubeOpened _opened = new TubeOpened();
        private readonly PersonSampled _person = new PersonSampled();
        private readonly TubeClosed _closed = new TubeClosed();
        private readonly Undone _undone = new Undone();
        private readonly BagOpened _bag = new BagOpened();
        private readonly TubePacked _packed = new TubePacked();
        private readonly ModeSet _mode = new ModeSet();
        private readonly ClockSet _clockSet = new ClockSet();

        private IPersonMarks _marks;
        private uint _upTo;
        private ushort _round = 1;
        private bool _training;
        private bool _isBehind;
        private bool _usesBags;
        private uint _session;
        private int _unreadable;
        private int _gapRound = -1; // the newest round with people missing; -1 if none
        private uint _damaged;      // sequence of the last TubeClosed record of a damaged tube
        private uint _damagedTube;

        public LaneMemory(RingLog log, LaneState state)
        {
            _log = log;
            _state = state;
            _reader = new LogReader(log);
            log.Follower = this;
        }

        /// <summary>Check value of the person whose record is appended next, if already known; else 0.</summary>
        internal uint NextPerson { get; set; }

        /// <summary>The log as of the start has been read, and every record since.</summary>
        public bool IsCurrent { get { return !_isBehind; } }

        /// <summary>Some people of this round are no longer known, because their records cannot be read or were discarded.</summary>
        public bool HasGaps { get { return _gapRound >= _state.Round || _seen.HasForgotten; } }

        /// <summary>The tubes, indexed by the result of <see cref="FindTube"/>.</summary>
        public TubeList Tubes { get { return _tubes; } }

        /// <summary>The log holds tubes of this lane.</summary>
        public bool HasTubes { get { return _tubes.Count > 0; } }

        /// <summary>
        /// Lane time at which the oldest tube not yet handed over was opened; 0 if there is none. On a lane that uses no bags, only the
        /// open tube counts: the others are carried away without a scan.
        /// </summary>
        public uint OldestTube
        {
            get { return !IsCurrent ? 0 : _usesBags ? _tubes.Oldest : _state.TubeStatus == LaneState.TubeOpen ? _tubes.OpenedAt : 0; }
        }

        /// <summary>Sets the marks to update when this lane samples a person.</summary>
        internal void Attach(IPersonMarks marks)
        {
            _marks = marks;
        }

        /// <summary>Begins to rebuild the memory, after the log was mounted.</summary>
        public void Start()
        {
            _seen.Clear();
            _tubes.Clear();
            _clock.Reset();
            _recent.Clear();
            _damaged = 0;
            _usesBags = false;
            _session = 0;
            _upTo = _log.LastSequence > RecordsMax ? _log.LastSequence - RecordsMax : 0;
            _gapRound = _upTo > 0 ? _state.Round : -1;
            _isBehind = _upTo < _log.LastSequence;
            Step(); // finds the first record now, while no lane waits
        }

        /// <summary>Reads the next frames of the log while it is behind. Returns quickly.</summary>
        public void Step()
        {
            if (_upTo == _log.LastSequence)
            {
                return;
            }

            if (!_reader.Continue(_upTo + 1, _frames, FramesPerStep))
            {
                _unreadable++; // the flash does not answer now; a record that stays unreadable is skipped
                if (_unreadable % UnreadableMax == 0)
                {
                    _upTo++;
                    AddGap(_state.Round);
                }

                return;
            }

            int offset = 0;
            for (int i = 0; i < _reader.FrameCount; i++)
            {
                uint sequence = _reader.FirstSequence + (uint)i;
                Take(sequence, _frames, offset, _log.TryOpen(sequence, _frames, offset));
                offset += Frame.ClaimedBytes(_frames, offset, _frames.Length);
            }

            if (_upTo == _log.LastSequence && _isBehind)
            {
                _isBehind = false;
                _tubes.Shift(_state.Clock.Seconds - _clock.Seconds); // both clocks count seconds, from different zeros
            }
        }

        /// <summary>Called after a record is appended. Does nothing while earlier records are unread.</summary>
        void IRecordListener.Appended(uint sequence, byte[] frame)
        {
            uint person = NextPerson;
            if (_isBehind || sequence != _upTo + 1)
            {
                return;
            }

            if (person == 0 || Frame.Type(frame, 0) != RecordType.PersonSampled)
            {
                Take(sequence, frame, 0, isOpen: true);
                return;
            }

            _upTo = sequence;
            _clock.Record(Frame.Ticks(frame, 0));
            if (_state.IsLastInTube(person))
            {
                Remember(sequence, Key(person, RecordType.PersonSampled, _state.Round, _state.Training), person,
                    SeenKey.LabelOf(_state.Round, _state.Training));
            }
        }

        /// <summary>True if the person was sampled in this round (in training: in this training), by this node's own log.</summary>
        public bool HasPerson(uint hash)
        {
            return IsCurrent && _seen.Has(Key(hash, RecordType.PersonSampled, _state.Round, _state.Training));
        }

        /// <summary>
        /// Check value of the person of this round at one of the <see cref="CodeSet.Places"/> of the set; 0 if there is none.
        /// </summary>
        internal uint PersonAt(int place)
        {
            uint key = _seen.At(place, SeenKey.LabelOf(_state.Round, false));
            return key == 0 ? 0 : key ^ Key(0, RecordType.PersonSampled, _state.Round, false);
        }

        /// <summary>True if the bag was already opened in this round.</summary>
        public bool HasBag(uint hash)
        {
            return IsCurrent && _seen.Has(Key(hash, RecordType.BagOpened, _state.Round, _state.Training));
        }

        /// <summary>Index in <see cref="Tubes"/> of a tube opened or packed here in this round, or -1.</summary>
        public int FindTube(uint hash)
        {
            return IsCurrent ? _tubes.Find(Key(hash, RecordType.TubeOpened, _state.Round, _state.Training)) : -1;
        }

        // While behind, times come from the memory's own clock and are shifted at the end. Never 0, which means that the age does not
        // count.
        private uint Now { get { return (_isBehind ? _clock.Seconds : _state.Clock.Seconds) | 1; } }

        private void Remember(uint sequence, uint key, uint person, byte label)
        {
            if (!_seen.Add(key, label))
            {
                return; // sampled again despite the warning: undoing that must keep the first time
            }

            _recent.Add(sequence, key, person, label);
            Tell(key, person, isSampled: true);
        }

        // People in training and people of another round are not on the roster.
        private void Tell(uint key, uint person, bool isSampled)
        {
            if (_marks != null && IsCurrent && person != 0 && key == Key(person, RecordType.PersonSampled, _state.Round, false))
            {
                _marks.Set(person, isSampled);
            }
        }

        private void Forget(uint sequence)
        {
            int place = _recent.Find(sequence);
            if (place >= 0)
            {
                _recent.Forget(place);
                _seen.Remove(_recent.KeyAt(place));
                Tell(_recent.KeyAt(place), _recent.PersonAt(place), isSampled: false);
            }

            if (sequence != 0 && sequence == _damaged)
            {
                SetDamaged(false);
                _damaged = 0;
            }

            _tubes.Undo(sequence);
        }

        // The people in a damaged tube must be sampled again, so they are removed. Undoing the closing adds them again.
        private void SetDamaged(bool isDamaged)
        {
            for (int i = 0; i < RecentSeen.Max; i++)
            {
                if (!_recent.IsPersonBetween(i, _damagedTube, _damaged))
                {
                    continue;
                }

                if (isDamaged)
                {
                    _seen.Remove(_recent.KeyAt(i));
                }
                else
                {
                    _seen.Add(_recent.KeyAt(i), _recent.LabelAt(i));
                }

                Tell(_recent.KeyAt(i), _recent.PersonAt(i), !isDamaged);
            }
        }

        private uint Key(uint hash, byte type, ushort round, bool training)
        {
            return SeenKey.Make(hash, type, round, training, _session);
        }
    }
}
