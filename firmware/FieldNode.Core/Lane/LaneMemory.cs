#nullable disable // a board may have no roster, and the device's compilation has no "?" for references
using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Lane
{
    /// <summary>
    /// Whom and which tubes and bags this node has seen, from its own log: for warnings and refusals without a network. It is no part of
    /// the checkpoint: after a start it is read from the log again, some frames a step, while the lane works; until then it knows nothing
    /// and warns of nothing. People come back from the newest sector alone: the seals of those before no longer open, by design. What the
    /// host knows besides comes as its messages.
    /// </summary>
    public sealed partial class LaneMemory : IRecordListener
    {
        /// <summary>Records looked back upon after a start: more than a day of a lane (field-facts, "Scale": about 2,500).</summary>
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
        private int _gapRound = -1; // the newest round of which some are missing
        private uint _damaged;      // sequence of the closing of the last tube that was damaged
        private uint _damagedTube;

        public LaneMemory(RingLog log, LaneState state)
        {
            _log = log;
            _state = state;
            _reader = new LogReader(log);
            log.Follower = this;
        }

        /// <summary>The check value of the person whose record is appended next, when that is known already; 0 else.</summary>
        internal uint NextPerson { get; set; }

        /// <summary>What there was at the start is remembered, and each step since.</summary>
        public bool IsCurrent { get { return !_isBehind; } }

        /// <summary>People of this round were here of whom nothing can be read any more.</summary>
        public bool HasGaps { get { return _gapRound >= _state.Round || _seen.HasForgotten; } }

        /// <summary>The tubes themselves, by the places that <see cref="FindTube"/> gives.</summary>
        public TubeList Tubes { get { return _tubes; } }

        /// <summary>This lane has tubes of its own in its log.</summary>
        public bool HasTubes { get { return _tubes.Count > 0; } }

        /// <summary>
        /// The lane's time at which the oldest tube was opened that is not handed over; 0: there is none. Of a lane that uses no bags only
        /// the open tube counts: the others are carried away without a scan.
        /// </summary>
        public uint OldestTube
        {
            get { return !IsCurrent ? 0 : _usesBags ? _tubes.Oldest : _state.TubeStatus == LaneState.TubeOpen ? _tubes.OpenedAt : 0; }
        }

        /// <summary>From now on tells them whom this lane samples.</summary>
        internal void Attach(IPersonMarks marks)
        {
            _marks = marks;
        }

        /// <summary>The log was mounted: begin to remember.</summary>
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
            Step(); // the first record is looked for now: no lane waits yet
        }

        /// <summary>Reads on in the log while it is behind. Returns soon.</summary>
        public void Step()
        {
            if (_upTo == _log.LastSequence)
            {
                return;
            }

            if (!_reader.GoOn(_upTo + 1, _frames, FramesPerStep))
            {
                _unreadable++; // the flash does not answer now; a place that never does is passed over
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
                _tubes.Shift(_state.Clock.Seconds - _clock.Seconds); // both count seconds alike, from different zeros
            }
        }

        /// <summary>A record was just appended. Does nothing while records before it are missing.</summary>
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

        /// <summary>The person was sampled in this round (or, in training, in this training), says this node's own log.</summary>
        public bool HasPerson(uint hash)
        {
            return IsCurrent && _seen.Has(Key(hash, RecordType.PersonSampled, _state.Round, _state.Training));
        }

        /// <summary>
        /// The check value of the person of this round at one of the <see cref="CodeSet.Places"/> of what is remembered; 0: there is none.
        /// </summary>
        internal uint PersonAt(int place)
        {
            uint key = _seen.At(place, SeenKey.LabelOf(_state.Round, false));
            return key == 0 ? 0 : key ^ Key(0, RecordType.PersonSampled, _state.Round, false);
        }

        /// <summary>The bag was opened before in this round.</summary>
        public bool HasBag(uint hash)
        {
            return IsCurrent && _seen.Has(Key(hash, RecordType.BagOpened, _state.Round, _state.Training));
        }

        /// <summary>The tube was opened here in this round; its place in <see cref="Tubes"/>, or -1.</summary>
        public int FindTube(uint hash)
        {
            return IsCurrent ? _tubes.Find(Key(hash, RecordType.TubeOpened, _state.Round, _state.Training)) : -1;
        }

        // While it is behind, times are the memory's own and are shifted in the end. Never 0, which says that no age counts.
        private uint Now { get { return (_isBehind ? _clock.Seconds : _state.Clock.Seconds) | 1; } }

        private void Remember(uint sequence, uint key, uint person, byte label)
        {
            if (!_seen.Add(key, label))
            {
                return; // sampled again in spite of the warning: undoing that must not forget the first time
            }

            _recent.Add(sequence, key, person, label);
            Tell(key, person, isSampled: true);
        }

        // Practice people and those of another round are on no roster.
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

        // The people of a tube that was damaged are not done: they come again. Undoing its closing brings them back.
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
            return SeenKey.Of(hash, type, round, training, _session);
        }
    }
}
