using FieldNode.Core.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Lane
{
    /// <summary>
    /// Everything a lane knows, folded from its own records and from nothing else: after a restart it is what it was before.
    /// </summary>
    public sealed class LaneState : ILogState
    {
        public const byte TubeNone = 0;
        public const byte TubeOpen = 1;
        public const byte TubeClosed = 2;

        private const int GroupSizeDefault = 10;

        private readonly Booted _booted = new Booted();
        private readonly ModeSet _mode = new ModeSet();
        private readonly OperatorSet _operator = new OperatorSet();
        private readonly Arrived _arrived = new Arrived();
        private readonly TubeOpened _opened = new TubeOpened();
        private readonly PersonSampled _person = new PersonSampled();
        private readonly Undone _undone = new Undone();

        /// <summary>Starts of this epoch.</summary>
        public uint BootCount;
        public ushort Round;

        /// <summary>People per tube from the next tube on.</summary>
        public byte GroupSize;
        public byte Category;
        public bool Training;
        public readonly byte[] Operator = new byte[OperatorSet.BadgeBytesMax];
        public int OperatorCount;

        /// <summary>One of <see cref="TubeNone"/>, <see cref="TubeOpen"/>, <see cref="TubeClosed"/>; a closed tube is kept until the next one opens, so that closing can be undone.</summary>
        public byte TubeStatus;

        /// <summary>Sequence number of the tube's record.</summary>
        public uint TubeSequence;
        public byte TubeSize;
        public readonly byte[] TubeCode = new byte[NodeLimits.TubeBytesMax];
        public int TubeCodeCount;

        /// <summary>Sequence number of the closing record while <see cref="TubeClosed"/>.</summary>
        public uint ClosedSequence;

        /// <summary>People in the tube.</summary>
        public int People;

        /// <summary>The last arrival, while it is the lane's last step: its sequence number, 0 when it is not, and its people.</summary>
        public uint ArrivedSequence;
        public byte ArrivedPeople;

        /// <summary>Real people sampled and not undone; training is counted apart.</summary>
        public uint Sampled;
        public uint SampledInTraining;
        public uint Arrivals;
        public uint Tubes;
        public uint Refusals;

        internal readonly uint[] PersonSequence = new uint[NodeLimits.GroupSizeMax];
        internal readonly uint[] PersonHash = new uint[NodeLimits.GroupSizeMax];

        public LaneState()
        {
            Reset();
        }

        /// <summary>People waiting: arrived and not yet sampled, never below zero.</summary>
        public uint Queue { get { return Arrivals > Sampled ? Arrivals - Sampled : 0; } }

        public bool GroupFull { get { return TubeStatus == TubeOpen && People >= TubeSize; } }

        /// <summary>An open tube that still takes people.</summary>
        public bool TubeTakesPeople { get { return TubeStatus == TubeOpen && People < TubeSize; } }

        /// <summary>The record that undo would take back, or 0.</summary>
        public uint UndoTarget
        {
            get
            {
                if (ArrivedSequence != 0)
                {
                    return ArrivedSequence;
                }

                switch (TubeStatus)
                {
                    case TubeClosed: return ClosedSequence;
                    case TubeOpen: return People > 0 ? PersonSequence[People - 1] : TubeSequence;
                    default: return 0;
                }
            }
        }

        public void Reset()
        {
            BootCount = 0;
            Round = 1;
            GroupSize = GroupSizeDefault;
            Category = 0;
            Training = false;
            OperatorCount = 0;
            TubeStatus = TubeNone;
            TubeSequence = 0;
            TubeSize = GroupSizeDefault;
            TubeCodeCount = 0;
            ClosedSequence = 0;
            People = 0;
            ArrivedSequence = 0;
            ArrivedPeople = 0;
            Sampled = 0;
            SampledInTraining = 0;
            Arrivals = 0;
            Tubes = 0;
            Refusals = 0;
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

        /// <summary>
        /// The check value by which a person is recognised within a tube. CRC-32 never confuses two codes that differ in up to four
        /// neighbouring characters, and two others once in four thousand million.
        /// </summary>
        public static uint Hash(byte[] code, int offset, int count)
        {
            return Crc32.Of(code, offset, count);
        }

        public bool IsInTube(uint hash)
        {
            for (int i = 0; i < People; i++)
            {
                if (PersonHash[i] == hash)
                {
                    return true;
                }
            }

            return false;
        }

        public bool IsTubeCode(byte[] code, int offset, int count)
        {
            return TubeStatus != TubeNone && count == TubeCodeCount && Text.Same(code, offset, TubeCode, 0, count);
        }

        public void Apply(uint sequence, byte[] frame, int offset)
        {
            int content = offset + Frame.HeadBytes;
            int count = Frame.ContentCount(frame, offset);
            switch (Frame.Type(frame, offset))
            {
                case RecordType.Booted when _booted.TryRead(frame, content, count):
                    BootCount = _booted.BootCount;
                    break;
                case RecordType.ModeSet when _mode.TryRead(frame, content, count):
                    ApplyMode();
                    break;
                case RecordType.OperatorSet when _operator.TryRead(frame, content, count):
                    OperatorCount = _operator.CodeCount < Operator.Length ? _operator.CodeCount : Operator.Length;
                    System.Array.Copy(_operator.Code, 0, Operator, 0, OperatorCount);
                    break;
                case RecordType.Arrived when _arrived.TryRead(frame, content, count):
                    Arrivals += _arrived.People;
                    ArrivedSequence = sequence;
                    ArrivedPeople = _arrived.People;
                    break;
                case RecordType.TubeOpened when _opened.TryRead(frame, content, count):
                    ApplyTubeOpened(sequence);
                    break;
                case RecordType.PersonSampled when _person.TryRead(frame, content, count):
                    ApplyPerson(sequence);
                    break;
                case RecordType.TubeClosed:
                    ApplyTubeClosed(sequence);
                    break;
                case RecordType.Undone when _undone.TryRead(frame, content, count):
                    ApplyUndone(_undone.Sequence);
                    break;
                case RecordType.Refused:
                    Refusals++;
                    break;
                default:
                    break;
            }
        }

        private void ApplyMode()
        {
            switch (_mode.Mode)
            {
                case ModeSet.GroupSize: GroupSize = GroupSizeOf(_mode.Value); break;
                case ModeSet.Category: Category = (byte)_mode.Value; break;
                case ModeSet.Round:
                    Round = _mode.Value;
                    TubeStatus = TubeNone; // no undo reaches across: the tube belongs to the round before
                    break;
                case ModeSet.Training:
                    Training = _mode.Value != 0;
                    TubeStatus = TubeNone; // no undo reaches across: the counters differ
                    break;
                default: break;
            }
        }

        private void ApplyTubeOpened(uint sequence)
        {
            ArrivedSequence = 0;
            TubeStatus = TubeOpen;
            TubeSequence = sequence;
            TubeSize = GroupSizeOf(_opened.GroupSize);
            TubeCodeCount = _opened.CodeCount < TubeCode.Length ? _opened.CodeCount : TubeCode.Length;
            System.Array.Copy(_opened.Code, 0, TubeCode, 0, TubeCodeCount);
            People = 0;
        }

        private void ApplyPerson(uint sequence)
        {
            ArrivedSequence = 0;
            if (People < NodeLimits.GroupSizeMax)
            {
                PersonSequence[People] = sequence;
                PersonHash[People] = Hash(_person.Code, 0, _person.CodeCount);
                People++;
            }

            CountSampled(1);
        }

        private void ApplyTubeClosed(uint sequence)
        {
            ArrivedSequence = 0;
            if (TubeStatus == TubeOpen)
            {
                TubeStatus = TubeClosed;
                ClosedSequence = sequence;
                Tubes++;
            }
        }

        private void ApplyUndone(uint sequence)
        {
            if (sequence == 0 || sequence != UndoTarget)
            {
                return;
            }

            if (ArrivedSequence != 0)
            {
                ArrivedSequence = 0;
                Arrivals -= ArrivedPeople;
            }
            else if (TubeStatus == TubeClosed)
            {
                TubeStatus = TubeOpen;
                Tubes--;
            }
            else if (People > 0)
            {
                People--;
                CountSampled(-1);
            }
            else
            {
                TubeStatus = TubeNone;
            }
        }

        private static byte GroupSizeOf(int value)
        {
            return (byte)(value < NodeLimits.GroupSizeMax ? value : NodeLimits.GroupSizeMax);
        }

        private void CountSampled(int change)
        {
            if (Training)
            {
                SampledInTraining = (uint)(SampledInTraining + change);
            }
            else
            {
                Sampled = (uint)(Sampled + change);
            }
        }
    }
}
