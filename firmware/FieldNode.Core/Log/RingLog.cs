using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>
    /// The power-cut-proof log: appends records to the newest sector, moves on to a sector erased ahead, and erases only what the host has
    /// acknowledged. A record is confirmed when <see cref="Append"/> returns <see cref="LogResult.Ok"/>. Format: docs/flash-format.md.
    /// RAM: one sector (4 KiB) for mounting and reading, and under 1 KiB besides.
    /// </summary>
    public sealed class RingLog
    {
        internal readonly IFlash Flash;
        internal readonly byte[] SectorBuffer;
        internal readonly SectorHead Head = new SectorHead();

        private readonly ILogState _state;
        private readonly byte[] _frame = new byte[Frame.BytesMax];
        private readonly byte[] _head = new byte[SectorHead.BytesMax];

        private bool _nextPrepared;
        private uint _firstUnackedNumber;

        public RingLog(IFlash flash, ILogState state)
        {
            if (flash.Bytes / flash.SectorBytes < 3)
            {
                throw new System.ArgumentException("the ring needs at least 3 sectors");
            }

            Flash = flash;
            SectorBuffer = new byte[flash.SectorBytes];
            _state = state;
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

        /// <summary>Places that mounting could not read although records follow them.</summary>
        public int DamagedPlaces { get; internal set; }

        /// <summary>Bytes of torn writes that mounting cleared.</summary>
        public int ClearedBytes { get; internal set; }

        internal int Slots { get { return Flash.Bytes / Flash.SectorBytes; } }

        internal uint NewestNumber { get; set; }

        internal int WriteOffset { get; set; }

        /// <summary>Sectors that hold unacknowledged records, the newest included, in hundredths of all.</summary>
        public int UsedPercent { get { return (int)(NewestNumber - _firstUnackedNumber + 1) * 100 / Slots; } }

        /// <summary>From 90 % on the lane warns.</summary>
        public bool NearlyFull { get { return UsedPercent >= 90; } }

        /// <summary>Where a frame's content goes before <see cref="Append"/>.</summary>
        public byte[] ContentBuffer { get { return _frame; } }

        public const int ContentOffset = Frame.HeadBytes;

        /// <summary>Finds the log and folds it into the state. Anything but Ok leaves the flash as it was.</summary>
        public byte Mount(ulong nodeId)
        {
            _state.Reset();
            byte result = new RingMount(this, _state).Run(nodeId);
            if (result == LogResult.Ok)
            {
                _nextPrepared = IsPrepared(NewestNumber + 1);
                AcknowledgedUpTo = ProvedByErase();
                _firstUnackedNumber = NumberOf(AcknowledgedUpTo + 1);
            }

            return result;
        }

        /// <summary>Erases everything and begins an empty log. The epoch must be drawn anew each time.</summary>
        public byte Format(ulong nodeId, uint epoch)
        {
            for (int slot = Slots - 1; slot >= 0; slot--)
            {
                if (!IsErased(slot) && !Flash.EraseSector(slot * Flash.SectorBytes))
                {
                    return LogResult.Fault;
                }
            }

            _state.Reset();
            NodeId = nodeId;
            Epoch = epoch;
            LastSequence = 0;
            AcknowledgedUpTo = 0;
            _firstUnackedNumber = 0;
            return ProgramPrepared(0) && OpenSector(0) ? LogResult.Ok : LogResult.Fault;
        }

        /// <summary>
        /// Writes the record whose content the caller put into <see cref="ContentBuffer"/>, and folds it into the state. One program call.
        /// </summary>
        public byte Append(byte type, uint ticks, int contentCount)
        {
            int bytes = Frame.OverheadBytes + contentCount;
            if (WriteOffset + bytes > Flash.SectorBytes)
            {
                byte advanced = Advance();
                if (advanced != LogResult.Ok)
                {
                    return advanced;
                }
            }

            uint sequence = LastSequence + 1;
            Frame.Seal(_frame, 0, Epoch, sequence, type, ticks, contentCount);
            if (!ProgramFrame(bytes))
            {
                return LogResult.Fault;
            }

            LastSequence = sequence;
            _state.Apply(sequence, _frame, 0);
            return LogResult.Ok;
        }

        /// <summary>
        /// The host holds everything up to a sequence number: their space may be used again. Durable at once while the sector has room,
        /// else with the next sector's head; a lost acknowledgement only means that records are sent again.
        /// </summary>
        public byte Acknowledge(uint upTo, uint ticks)
        {
            if (upTo <= AcknowledgedUpTo || upTo > LastSequence)
            {
                return LogResult.Ok;
            }

            AcknowledgedUpTo = upTo;
            _firstUnackedNumber = NumberOf(upTo + 1);
            int bytes = Frame.OverheadBytes + 4;
            if (WriteOffset + bytes > Flash.SectorBytes)
            {
                return LogResult.Ok;
            }

            LittleEndian.WriteUInt32(_frame, ContentOffset, upTo);
            Frame.Seal(_frame, 0, Epoch, LastSequence + 1, RecordType.Acknowledged, ticks, 4);
            return ProgramFrame(bytes) ? LogResult.Ok : LogResult.Fault;
        }

        /// <summary>Erases the next sector ahead while the lane is idle; true when there was something to do.</summary>
        public bool PrepareNext()
        {
            return !_nextPrepared && MayErase(NewestNumber + 1) && Prepare();
        }

        /// <summary>The number of the sector that holds, or will hold, a sequence number; the oldest when it is gone.</summary>
        internal uint NumberOf(uint sequence)
        {
            uint low = OldestNumber();
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

        /// <summary>The oldest sector that may hold records: the slot behind the newest is the next to be erased, or is erased already.</summary>
        internal uint OldestNumber()
        {
            uint low = NewestNumber + 1 >= (uint)Slots ? NewestNumber + 1 - (uint)Slots : 0;
            return low == NewestNumber || ReadHead(low) ? low : low + 1;
        }

        /// <summary>Reads the open head of a sector into <see cref="Head"/>; false when the slot does not hold that sector.</summary>
        internal bool ReadHead(uint number)
        {
            return Flash.Read(AddressOf(number), _head, 0, SectorHead.BytesMax) && Head.TryReadOpen(_head, 0) && Head.Number == number
                && Head.Epoch == Epoch;
        }

        internal int AddressOf(uint number)
        {
            return (int)(number % (uint)Slots) * Flash.SectorBytes;
        }

        /// <summary>Clears a range so that no later write can complete what was begun there.</summary>
        internal bool ClearRange(int address, int count)
        {
            System.Array.Clear(_frame, 0, _frame.Length);
            while (count > 0)
            {
                int part = count < _frame.Length ? count : _frame.Length;
                if (!Flash.Program(address, _frame, 0, part))
                {
                    return false;
                }

                address += part;
                count -= part;
            }

            return true;
        }

        private bool ProgramFrame(int bytes)
        {
            int address = AddressOf(NewestNumber) + WriteOffset;
            bool written = Flash.Program(address, _frame, 0, bytes);
            WriteOffset += bytes;
            if (!written)
            {
                ClearRange(address, bytes);
            }

            return written;
        }

        private byte Advance()
        {
            if (!_nextPrepared)
            {
                if (!MayErase(NewestNumber + 1))
                {
                    return LogResult.Full;
                }

                ErasesOnDemand++;
                if (!Prepare())
                {
                    return LogResult.Fault;
                }
            }

            return OpenSector(NewestNumber + 1) ? LogResult.Ok : LogResult.Fault;
        }

        // An acknowledgement that found no room in a full sector is not on flash; but a sector erased since then proves it.
        private uint ProvedByErase()
        {
            bool proves = _nextPrepared && NewestNumber + 1 >= (uint)Slots && ReadHead(NewestNumber + 2 - (uint)Slots);
            return proves && Head.FirstSequence - 1 > AcknowledgedUpTo ? Head.FirstSequence - 1 : AcknowledgedUpTo;
        }

        // A slot may be erased when it was never used or when all of its records are acknowledged: the next older sector's first
        // sequence tells the last one in it.
        private bool MayErase(uint number)
        {
            if (number < (uint)Slots)
            {
                return true;
            }

            uint follower = number - (uint)Slots + 1;
            return _firstUnackedNumber >= follower;
        }

        private bool Prepare()
        {
            uint number = NewestNumber + 1;
            int slot = (int)(number % (uint)Slots);
            if (!(number < (uint)Slots && IsErased(slot)) && !Flash.EraseSector(slot * Flash.SectorBytes))
            {
                return false;
            }

            _nextPrepared = ProgramPrepared(number);
            return _nextPrepared;
        }

        private bool ProgramPrepared(uint number)
        {
            SectorHead.WritePrepared(_head, number);
            return Flash.Program(AddressOf(number), _head, 0, SectorHead.PreparedBytes);
        }

        private bool OpenSector(uint number)
        {
            Head.Number = number;
            Head.NodeId = NodeId;
            Head.Epoch = Epoch;
            Head.FirstSequence = LastSequence + 1;
            Head.AcknowledgedUpTo = AcknowledgedUpTo;
            Head.StateCount = _state.Save(_head, SectorHead.StateOffset) - SectorHead.StateOffset;
            Head.Write(_head);
            _nextPrepared = false; // whatever happens: what was written there once is not written again
            if (!Flash.Program(AddressOf(number) + SectorHead.PreparedBytes, _head, SectorHead.PreparedBytes, Head.Bytes - SectorHead.PreparedBytes))
            {
                return false;
            }

            NewestNumber = number;
            WriteOffset = Head.Bytes;
            if (UnackedRecords == 0)
            {
                _firstUnackedNumber = number;
            }

            return true;
        }

        private bool IsPrepared(uint number)
        {
            int address = AddressOf(number);
            return Flash.Read(address, _head, 0, SectorHead.BytesMax) && Head.TryReadPrepared(_head, 0) && Head.Number == number
                && SectorWalk.AllErased(_head, SectorHead.PreparedBytes, SectorHead.BytesMax);
        }

        private bool IsErased(int slot)
        {
            return Flash.Read(slot * Flash.SectorBytes, SectorBuffer, 0, Flash.SectorBytes) && SectorWalk.AllErased(SectorBuffer, 0, Flash.SectorBytes);
        }
    }
}
