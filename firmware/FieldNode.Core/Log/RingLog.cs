#nullable disable // Follower may be null, and the device's compilation has no "?" for references
using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>
    /// A log that survives power cuts: appends records to the newest sector, moves on to a sector erased ahead, and erases only what the
    /// host has acknowledged. A record is confirmed when <see cref="Append"/> returns <see cref="LogResult.Ok"/>. Format:
    /// docs/flash-format.md; rationale: docs/flash-design.md. RAM: one sector (4 KiB) for mounting and reading, plus less than 1 KiB,
    /// whatever the size of the flash.
    /// </summary>
    public sealed partial class RingLog
    {
        /// <summary>Where a frame's content begins in <see cref="ContentBuffer"/>.</summary>
        public const int ContentOffset = Frame.HeadBytes;

        internal readonly RingFlash Sectors;
        internal readonly SectorHead Head = new SectorHead();
        internal readonly RetiredSectors Retired = new RetiredSectors();
        internal readonly NextSector Next;
        internal readonly LogSeals Seals;

        private readonly ILogState _state;
        private readonly LogWalk _walk;
        private readonly Acknowledgement _acknowledgement = new Acknowledgement();
        private readonly byte[] _frame = new byte[Frame.BytesMax];
        private readonly byte[] _local = new byte[Acknowledgement.FrameBytes];

        private uint _placeSequence; // 0 if no position is known
        private uint _placeNumber;
        private int _placeOffset;
        private byte _lastAppend = LogResult.Ok;

        /// <summary>A log over a flash of 3 to <see cref="SectorHead.SectorsMax"/> sectors.</summary>
        /// <param name="roots">Source of the roots of its seal chains.</param>
        /// <exception cref="System.ArgumentException">The flash has fewer or more sectors.</exception>
        public RingLog(IFlash flash, ILogState state, ITags tags, ISealRoots roots)
        {
            Sectors = new RingFlash(flash);
            if (Sectors.Slots < RingFlash.SlotsMin || Sectors.Slots > SectorHead.SectorsMax)
            {
                throw new System.ArgumentException("The ring log needs 3 to 4096 sectors.");
            }

            _state = state;
            Next = new NextSector(this, state);
            Seals = new LogSeals(this, tags, roots);
            _walk = new LogWalk(this);
        }

        public ulong NodeId { get; internal set; }

        public uint Epoch { get; internal set; }

        /// <summary>Sequence number of the newest record; 0 before the first.</summary>
        public uint LastSequence { get; internal set; }

        /// <summary>The host holds every record up to this sequence number.</summary>
        public uint AcknowledgedUpTo { get; internal set; }

        /// <summary>Records not yet acknowledged.</summary>
        public uint UnackedRecords { get { return LastSequence - AcknowledgedUpTo; } }

        /// <summary>Number of erases inside an append, because there was no idle time before it.</summary>
        public int ErasesOnDemand { get; private set; }

        /// <summary>Number of sectors retired because they no longer erase or program, out of <see cref="SectorCount"/>.</summary>
        public int RetiredCount { get { return Retired.Count; } }

        public int SectorCount { get { return Sectors.Slots; } }

        /// <summary>Size of the flash under the ring, in bytes.</summary>
        public int FlashBytes { get { return Sectors.Slots * Sectors.SectorBytes; } }

        /// <summary>Number of places that could not be read at mount although records follow them.</summary>
        public int DamagedPlaces { get; internal set; }

        /// <summary>Bytes of torn writes that were cleared at mount.</summary>
        public int ClearedBytes { get; internal set; }

        /// <summary>Percentage of sectors that hold unacknowledged records, including the newest.</summary>
        public int UsedPercent { get { return (int)(NewestNumber - UnackedNumber + 1) * 100 / Sectors.Slots; } }

        /// <summary>True from 90 % on: the lane warns.</summary>
        public bool NearlyFull { get { return UsedPercent >= 90; } }

        /// <summary>The last append failed because of the flash.</summary>
        public bool HasFailed { get { return _lastAppend == LogResult.Fault; } }

        /// <summary>Buffer for the content of a frame, filled before <see cref="Append"/>.</summary>
        public byte[] ContentBuffer { get { return _frame; } }

        /// <summary>Notified of each appended record; may be null.</summary>
        internal IRecordListener Follower { get; set; }

        internal uint NewestNumber { get; set; }

        internal int WriteOffset { get; set; }

        /// <summary>Position of the first unacknowledged record: a sector and an offset in it; offset 0 is the sector's first
        /// frame.</summary>
        internal uint UnackedNumber { get; set; }

        internal int UnackedOffset { get; set; }

        /// <summary>The value of <see cref="UnackedNumber"/> in the heads and acknowledgements on flash.</summary>
        internal uint UnackedNumberOnFlash { get; set; }

        /// <summary>Finds the log and folds it into the state. Any result but Ok leaves the flash unchanged.</summary>
        public byte Mount(ulong nodeId)
        {
            return new RingMount(this, _state).Run(nodeId);
        }

        /// <summary>Id of the node whose log is on the flash; 0 if no log can be read. It changes nothing and does not mount the
        /// log.</summary>
        public ulong FindOwner()
        {
            return Mount(0) == LogResult.OtherNode ? Head.NodeId : 0;
        }

        /// <summary>Erases everything and begins an empty log. Every call needs a newly drawn epoch.</summary>
        public byte Format(ulong nodeId, uint epoch)
        {
            Retired.Clear();
            if (!new RingFormat(this).EraseAll())
            {
                return LogResult.Fault;
            }

            _state.Reset();
            NodeId = nodeId;
            Epoch = epoch;
            LastSequence = 0;
            AcknowledgedUpTo = 0;
            uint first = Next.SkipRetired(0);
            return Seals.Begin(epoch, 1) && Sectors.Prepare(first) && Next.Open(first, _frame, 0) ? LogResult.Ok : LogResult.Fault;
        }

        /// <summary>Checks for a new seal key. If there is one, the next record begins a chain with it, in the next sector.</summary>
        public void RenewSeals()
        {
            Seals.Renew();
        }

        /// <summary>Opens the sealed codes of a frame that was read back from the log; false if their key is gone
        /// (<see cref="LogSeals"/>).</summary>
        public bool TryOpen(uint sequence, byte[] frames, int offset)
        {
            return Seals.TryOpenAgain(frames, offset, sequence);
        }

        /// <summary>Advances the erase of the next sector; returns quickly. True while there is work left.</summary>
        public bool EraseAhead()
        {
            return Next.Step();
        }

        /// <summary>While the lane is idle, destroys spent keys or advances the erase of the next sector; true while there is work
        /// left.</summary>
        public bool PrepareNext()
        {
            return Seals.DestroySpent() || Next.Step();
        }

        /// <summary>Number of the sector that holds or will hold a sequence number, or of an earlier one; the oldest if the record is
        /// gone.</summary>
        internal uint NumberOf(uint sequence)
        {
            uint low = OldestNumber;
            uint high = NewestNumber;
            while (low < high)
            {
                uint middle = low + (high - low + 1) / 2;
                if (!ReadHead(middle) || Head.FirstSequence > sequence)
                {
                    high = middle - 1;
                }
                else
                {
                    low = middle;
                }
            }

            return low;
        }

        /// <summary>Reads the open head of a sector into <see cref="Head"/>; false if the slot does not hold that sector.</summary>
        internal bool ReadHead(uint number)
        {
            return Sectors.ReadStart(number) && IsHeadOf(number, Sectors.Buffer);
        }

        /// <summary>Whether a buffer begins with the open head of a sector of this log; sets <see cref="Head"/>.</summary>
        internal bool IsHeadOf(uint number, byte[] buffer)
        {
            return Head.TryReadOpen(buffer, 0) && Head.Number == number && Head.Epoch == Epoch;
        }

        // Every slot but the newest one's may still hold an older sector; anything older is overwritten.
        private uint OldestNumber { get { return NewestNumber + 1 > (uint)Sectors.Slots ? NewestNumber + 1 - (uint)Sectors.Slots : 0; } }

        private void FindUnacked(uint sequence)
        {
            bool isAll = sequence > LastSequence;
            bool found = !isAll && ((sequence == _placeSequence && _walk.FindAt(sequence, _placeNumber, _placeOffset))
                || _walk.Find(sequence, Sectors.SectorBytes));
            UnackedNumber = isAll ? NewestNumber : found ? _walk.Number : NumberOf(sequence);
            UnackedOffset = isAll ? WriteOffset : found ? _walk.FrameOffset : 0;
        }
    }
}
