using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;

namespace FieldNode.Lane
{
    /// <summary>A lane's complete state, built only from its own records, so it is the same after a restart. How each record changes it:
    /// <see cref="LaneFold"/>.</summary>
    public sealed class LaneState : ILogState
    {
        public const byte TubeNone = 0;
        public const byte TubeOpen = 1;
        public const byte TubeClosed = 2;

        /// <summary>Closed as damaged; its people must be sampled again.</summary>
        public const byte TubeDamaged = 3;

        /// <summary>Value of <see cref="NextCategory"/> if none is set.</summary>
        public const byte NoCategory = 255;

        /// <summary>Stands for a check value that is not kept; the lane no longer warns about this person.</summary>
        internal const uint HashUnknown = 0;

        internal const int GroupSizeDefault = 10;

        /// <summary>Bits of <see cref="PersonUndoBits"/>: 1 + the one-shot category, or 0 if none; the person left the queue; in training,
        /// the category was wrong.</summary>
        internal const byte UndoCategoryMask = 0x1F;
        internal const byte UndoQueueBit = 0x20;
        internal const byte UndoWrongBit = 0x40;

        public readonly byte[] Operator = new byte[OperatorSet.BadgeBytesMax];
        public readonly byte[] TubeCode = new byte[LaneLimits.TubeBytesMax];
        public readonly PlaceState Place = new PlaceState();
        public readonly BagState Bag = new BagState();
        public readonly LaneClock Clock = new LaneClock();
        public readonly Pace Pace = new Pace();

        /// <summary>Forecasts when a number of people will be done.</summary>
        public readonly Forecast Forecast = new Forecast();
        public readonly TrainingScore Score = new TrainingScore();
        public readonly LastStep LastStep = new LastStep();

        internal readonly uint[] PersonSequence = new uint[LaneLimits.GroupSizeMax];

        /// <summary>Check values of the people in the tube; <see cref="HashUnknown"/> for people added before the newest sector
        /// began.</summary>
        internal readonly uint[] PersonHash = new uint[LaneLimits.GroupSizeMax];

        /// <summary>What undoing each person must restore: <see cref="UndoCategoryMask"/>, <see cref="UndoQueueBit"/>,
        /// <see cref="UndoWrongBit"/>.</summary>
        internal readonly byte[] PersonUndoBits = new byte[LaneLimits.GroupSizeMax];

        /// <summary>The place that the current one replaced, while the replacement can be undone.</summary>
        internal readonly PlaceState PlaceBefore = new PlaceState();

        /// <summary>The previous badge, while the last badge can be undone.</summary>
        internal readonly byte[] OperatorBefore = new byte[OperatorSet.BadgeBytesMax];
        internal int OperatorBeforeCount;

        private readonly LaneFold _fold;

        /// <summary>Number of starts in this epoch.</summary>
        public uint BootCount;
        public ushort Round;
        public ushort Shift;

        /// <summary>People per tube from the next tube on.</summary>
        public byte GroupSize;

        /// <summary>Category of the people that follow, and the category of the next person only (<see cref="NoCategory"/> if not
        /// set).</summary>
        public byte Category;
        public byte NextCategory;
        public bool Training;

        /// <summary>A green lane accepts only people of a category other than general.</summary>
        public bool Green;

        /// <summary>People this lane should sample in its shift; 0 if not set.</summary>
        public ushort Target;
        public int OperatorCount;

        /// <summary>One of <see cref="TubeNone"/>, <see cref="TubeOpen"/>, <see cref="TubeClosed"/>, <see cref="TubeDamaged"/>. A closed
        /// tube is kept until the next tube opens, so that closing can be undone.</summary>
        public byte TubeStatus;

        /// <summary>Sequence number of the tube's record.</summary>
        public uint TubeSequence;
        public byte TubeSize;
        public int TubeCodeCount;

        /// <summary>Sequence number of the closing record while <see cref="TubeClosed"/> or <see cref="TubeDamaged"/>.</summary>
        public uint ClosedSequence;

        /// <summary>People in the tube.</summary>
        public int People;

        /// <summary>What the lane asks for (<see cref="Protocol.Records.Asked"/>), and the value it is about.</summary>
        public byte AskedWhat;
        public uint AskedValue;
        internal uint AskedSequence;

        /// <summary>People sampled and not undone. People in damaged tubes are not counted, because they come again; training is counted
        /// separately.</summary>
        public uint Sampled;
        public uint SampledInTraining;
        public uint Arrivals;
        public uint ArrivalsInTraining;

        /// <summary>People waiting. A person sampled without having been counted leaves the count as it is if the queue is empty.</summary>
        public uint Waiting;
        public uint WaitingInTraining;

        /// <summary>People in <see cref="Sampled"/> from earlier shifts.</summary>
        public uint SampledBeforeShift;
        internal uint SampledBeforePreviousShift;

        /// <summary>People turned away without being sampled, and how many of them were taken to isolation.</summary>
        public uint TurnedAway;
        public uint Isolated;

        /// <summary>Tubes closed, not counting training.</summary>
        public uint Tubes;
        public uint Refusals;

        /// <summary>True if the tube's own steps can be undone one after another, with no other step in between.</summary>
        internal bool Chain;

        public LaneState()
        {
            _fold = new LaneFold(this);
            Reset();
        }

        /// <summary>People waiting: arrived and neither sampled nor turned away.</summary>
        public uint Queue { get { return Training ? WaitingInTraining : Waiting; } }

        /// <summary>Category of the next person.</summary>
        public byte CategoryNow { get { return NextCategory != NoCategory ? NextCategory : Category; } }

        public bool GroupFull { get { return TubeStatus == TubeOpen && People >= TubeSize; } }

        /// <summary>True if the open tube can take another person.</summary>
        public bool TubeTakesPeople { get { return TubeStatus == TubeOpen && People < TubeSize; } }

        /// <summary>Sequence number of the record that undo would take back; 0 if none.</summary>
        public uint UndoTarget
        {
            get
            {
                if (AskedWhat != Asked.Nothing)
                {
                    return AskedSequence;
                }

                if (LastStep.Sequence != 0 || !Chain)
                {
                    return LastStep.Sequence;
                }

                switch (TubeStatus)
                {
                    case TubeClosed:
                    case TubeDamaged: return ClosedSequence;
                    case TubeOpen: return People > 0 ? PersonSequence[People - 1] : TubeSequence;
                    default: return 0;
                }
            }
        }

        public void Reset()
        {
            BootCount = 0;
            Round = 1;
            Shift = 1;
            GroupSize = GroupSizeDefault;
            Category = 0;
            NextCategory = NoCategory;
            Training = false;
            Green = false;
            Target = 0;
            OperatorCount = 0;
            OperatorBeforeCount = 0;
            TubeStatus = TubeNone;
            TubeSequence = 0;
            TubeSize = GroupSizeDefault;
            TubeCodeCount = 0;
            ClosedSequence = 0;
            People = 0;
            System.Array.Clear(PersonUndoBits, 0, LaneLimits.GroupSizeMax);
            AskedWhat = Asked.Nothing;
            AskedValue = 0;
            AskedSequence = 0;
            Sampled = 0;
            SampledInTraining = 0;
            Arrivals = 0;
            ArrivalsInTraining = 0;
            Waiting = 0;
            WaitingInTraining = 0;
            SampledBeforeShift = 0;
            SampledBeforePreviousShift = 0;
            TurnedAway = 0;
            Isolated = 0;
            Tubes = 0;
            Refusals = 0;
            Chain = true;
            Place.Reset();
            PlaceBefore.Reset();
            Bag.Reset();
            Clock.Reset();
            Pace.Reset();
            Forecast.Reset();
            Score.Begin(0);
            LastStep.Clear();
        }

        public int Save(byte[] buffer, int offset)
        {
            return LaneCheckpoint.Write(this, buffer, offset);
        }

        public bool TryRestore(byte[] buffer, int offset, int count)
        {
            Reset();
            return LaneCheckpoint.TryRead(this, buffer, offset, count);
        }

        public void Apply(uint sequence, byte[] frame, int offset)
        {
            _fold.Apply(sequence, frame, offset);
        }

        /// <summary>The check value that identifies a person, tube or bag. CRC-32 always distinguishes two codes that differ in up to four
        /// neighbouring characters; of other pairs, about one in four billion collides.</summary>
        public static uint Hash(byte[] code, int offset, int count)
        {
            return Crc32.Compute(code, offset, count);
        }

        public bool IsInTube(uint hash)
        {
            for (int i = 0; i < People; i++)
            {
                if (PersonHash[i] == hash && hash != HashUnknown)
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Whether a check value is that of the last person in the tube.</summary>
        public bool IsLastInTube(uint hash)
        {
            return People > 0 && PersonHash[People - 1] == hash;
        }

        public bool IsTubeCode(byte[] code, int offset, int count)
        {
            return TubeStatus != TubeNone && count == TubeCodeCount && Text.Same(code, offset, TubeCode, 0, count);
        }

        /// <summary>Whether the lane asks for exactly this.</summary>
        public bool IsAsked(byte what, uint value)
        {
            return AskedWhat == what && AskedValue == value;
        }
    }
}
