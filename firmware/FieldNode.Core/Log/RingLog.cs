#nullable disable // nobody may follow, and the device's compilation has no "?" for references
using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>
    /// The power-cut-proof log: appends records to the newest sector, moves on to a sector erased ahead, and erases only what the host has
    /// acknowledged. A record is confirmed when <see cref="Append"/> returns <see cref="LogResult.Ok"/>. Format: docs/flash-format.md; why
    /// so: docs/flash-design.md. RAM: one sector (4 KiB) for mounting and reading, and under 1 KiB besides, whatever the flash's size.
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

        private uint _placeSequence; // 0: none is known
        private uint _placeNumber;
        private int _placeOffset;
        private byte _lastAppend = LogResult.Ok;

        /// <summary>A log over a flash of 3 to <see cref="SectorHead.SectorsMax"/> sectors.</summary>
        /// <param name="roots">Where the seals of its records begin.</param>
        /// <exception cref="System.ArgumentException">The flash has fewer or more.</exception>
        public RingLog(IFlash flash, ILogState state, ITags tags, ISealRoots roots)
        {
            Sectors = new RingFlash(flash);
            if (Sectors.Slots < RingFlash.SlotsMin || Sectors.Slots > SectorHead.SectorsMax)
            {
                throw new System.ArgumentException("the ring takes 3 to 4096 sectors");
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

        /// <summary>The host holds every record up to here.</summary>
        public uint AcknowledgedUpTo { get; internal set; }

        /// <summary>Records not yet acknowledged.</summary>
        public uint UnackedRecords { get { return LastSequence - AcknowledgedUpTo; } }

        /// <summary>Erases that had to happen inside an append because no idle time came before.</summary>
        public int ErasesOnDemand { get; private set; }

        /// <summary>Sectors that no longer erase or program, and are used no more; of <see cref="SectorCount"/>.</summary>
        public int RetiredCount { get { return Retired.Count; } }

        public int SectorCount { get { return Sectors.Slots; } }

        /// <summary>Bytes of the flash under the ring.</summary>
        public int FlashBytes { get { return Sectors.Slots * Sectors.SectorBytes; } }

        /// <summary>Places that mounting could not read although records follow them.</summary>
        public int DamagedPlaces { get; internal set; }

        /// <summary>Bytes of torn writes that mounting cleared.</summary>
        public int ClearedBytes { get; internal set; }

        /// <summary>Sectors that hold unacknowledged records, the newest included, in hundredths of all.</summary>
        public int UsedPercent { get { return (int)(NewestNumber - UnackedNumber + 1) * 100 / Sectors.Slots; } }

        /// <summary>From 90 % on the lane warns.</summary>
        public bool NearlyFull { get { return UsedPercent >= 90; } }

        /// <summary>The last record found no place because the flash failed.</summary>
        public bool HasFailed { get { return _lastAppend == LogResult.Fault; } }

        /// <summary>Where a frame's content goes before <see cref="Append"/>.</summary>
        public byte[] ContentBuffer { get { return _frame; } }

        /// <summary>Hears of each record that is appended; null: nobody.</summary>
        internal IRecordListener Follower { get; set; }

        internal uint NewestNumber { get; set; }

        internal int WriteOffset { get; set; }

        /// <summary>Where the first record not acknowledged lies: a sector, and an offset in it; offset 0 is the sector's first
        /// frame.</summary>
        internal uint UnackedNumber { get; set; }

        internal int UnackedOffset { get; set; }

        /// <summary>What heads and acknowledgements on flash say of <see cref="UnackedNumber"/>.</summary>
        internal uint UnackedNumberOnFlash { get; set; }

        /// <summary>Finds the log and folds it into the state. Anything but Ok leaves the flash as it was.</summary>
        public byte Mount(ulong nodeId)
        {
            return new RingMount(this, _state).Run(nodeId);
        }

        /// <summary>The node whose log is on the flash; 0 if no log can be read. It changes nothing and does not mount the log.</summary>
        public ulong FindOwner()
        {
            return Mount(0) == LogResult.OtherNode ? Head.NodeId : 0;
        }

        /// <summary>Erases everything and begins an empty log. The epoch must be drawn again each time.</summary>
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

        /// <summary>There may be another key for the seals: if so, the next record begins with it, in the next sector.</summary>
        public void RenewSeals()
        {
            Seals.Renew();
        }

        /// <summary>Opens the codes of a frame that was read from the log again; false when their key is gone
        /// (<see cref="LogSeals"/>).</summary>
        public bool TryOpen(uint sequence, byte[] frames, int offset)
        {
            return Seals.TryOpenAgain(frames, offset, sequence);
        }

        /// <summary>Goes on with erasing the next sector ahead; returns soon. True while there is something to do.</summary>
        public bool EraseAhead()
        {
            return Next.Step();
        }

        /// <summary>Destroys spent keys, or goes on with erasing the next sector ahead, while the lane is idle; true while there is
        /// something to do.</summary>
        public bool PrepareNext()
        {
            return Seals.DestroySpent() || Next.Step();
        }

        /// <summary>The number of the sector that holds, or will hold, a sequence number, or of an earlier one; the oldest when it is
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

        /// <summary>Reads the open head of a sector into <see cref="Head"/>; false when the slot does not hold that sector.</summary>
        internal bool ReadHead(uint number)
        {
            return Sectors.ReadStart(number) && IsHeadOf(number, Sectors.Buffer);
        }

        /// <summary>Whether a buffer begins with the open head of a sector of this log; sets <see cref="Head"/>.</summary>
        internal bool IsHeadOf(uint number, byte[] buffer)
        {
            return Head.TryReadOpen(buffer, 0) && Head.Number == number && Head.Epoch == Epoch;
        }

        // Every slot but the newest one's may still hold an older sector: what lies behind is gone.
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
