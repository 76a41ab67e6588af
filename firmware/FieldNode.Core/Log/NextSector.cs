using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>The sector after the newest: erased as soon as allowed, marked, and retired if its flash fails.</summary>
    internal sealed class NextSector
    {
        private readonly RingLog _log;
        private readonly RingFlash _sectors;
        private readonly ILogState _state;
        private readonly byte[] _opening = new byte[SectorHead.BytesMax + Frame.BytesMax];

        private bool _isErasing;
        private uint _erasing;

        public NextSector(RingLog log, ILogState state)
        {
            _log = log;
            _state = state;
            _sectors = log.Sectors;
        }

        /// <summary>Its number; retired slots are skipped.</summary>
        public uint Number { get { return SkipRetired(_log.NewestNumber + 1); } }

        /// <summary>It is erased and marked, and nothing is written after the mark.</summary>
        public bool IsPrepared { get; set; }

        /// <summary>
        /// Advances its erase in the background, or begins it once allowed; true while there is work left. A sector that does not erase is
        /// retired.
        /// </summary>
        public bool Step()
        {
            if (_isErasing)
            {
                TakeErase(_sectors.PollErase());
                return true;
            }

            uint number = Number;
            if (IsPrepared || !MayErase(number))
            {
                return false;
            }

            Release(number);
            byte begun = _sectors.BeginErase(number);
            _isErasing = begun == FlashErase.UnderWay;
            _erasing = number;
            return begun == FlashErase.Failed ? Retire(number) : true;
        }

        /// <summary>Waits for the erase that <see cref="Step"/> began.</summary>
        public void FinishErase()
        {
            if (_isErasing)
            {
                TakeErase(_sectors.WaitErase());
            }
        }

        /// <summary>Erases and marks it, and waits until that is done. A sector that fails is retired, and the next one is tried.</summary>
        public byte Make()
        {
            FinishErase();
            while (!IsPrepared)
            {
                uint number = Number;
                if (!MayErase(number))
                {
                    return LogResult.Full;
                }

                Release(number);
                IsPrepared = _sectors.Prepare(number);
                if (!IsPrepared && !Retire(number))
                {
                    return LogResult.Fault;
                }
            }

            return LogResult.Ok;
        }

        /// <summary>Puts it into use: writes the current state and the first frame in one program call. False if its flash fails.</summary>
        /// <param name="frameBytes">0 if there is no frame yet.</param>
        public bool Open(uint number, byte[] frame, int frameBytes)
        {
            IsPrepared = false; // even on failure, because flash is never programmed twice
            bool allAcknowledged = _log.UnackedRecords == 0;
            SectorHead head = _log.Head;
            head.Number = number;
            head.NodeId = _log.NodeId;
            head.Epoch = _log.Epoch;
            head.FirstSequence = _log.LastSequence + 1;
            head.AcknowledgedUpTo = _log.AcknowledgedUpTo;
            head.UnackedNumber = allAcknowledged ? number : _log.UnackedNumber;
            head.UnackedOffset = allAcknowledged ? 0 : _log.UnackedOffset;
            head.Retired.CopyFrom(_log.Retired);
            _log.Seals.BeginHead(head, _opening);
            head.Finish(_opening, _state.Save(_opening, head.StateOffset));
            int headBytes = head.Bytes;
            System.Array.Copy(frame, 0, _opening, headBytes, frameBytes);
            int count = headBytes + frameBytes - SectorHead.PreparedBytes;
            if (!_sectors.Program(number, SectorHead.PreparedBytes, _opening, SectorHead.PreparedBytes, count))
            {
                return false;
            }

            _log.UnackedNumber = head.UnackedNumber;
            _log.UnackedNumberOnFlash = head.UnackedNumber;
            _log.UnackedOffset = allAcknowledged ? headBytes : _log.UnackedOffset;
            _log.NewestNumber = number;
            _log.WriteOffset = headBytes + frameBytes;
            _log.Seals.SectorOpened();
            return true;
        }

        /// <summary>Retires a sector that does not erase or program. False if the part no longer answers, as when it is unplugged, or if
        /// too few sectors would be left.</summary>
        public bool Retire(uint number)
        {
            int slot = _sectors.SlotOf(number);
            if (!_sectors.Answers(_log.NewestNumber) || !TakeRetired(slot))
            {
                return false;
            }

            // No search may take it for the end of the log, and no finder of the flash may get its key.
            _sectors.Clear(number, 0, SectorHead.SealKeyOffset + SectorHead.SealKeyBytes);
            _log.NoteRetired(slot);
            return true;
        }

        /// <summary>Takes a slot out of use; false if too few would be left for a ring.</summary>
        public bool TakeRetired(int slot)
        {
            return _sectors.Slots - _log.Retired.Count > RingFlash.SlotsMin && _log.Retired.Add(slot);
        }

        /// <summary>The first number at or after this one whose slot is not retired.</summary>
        public uint SkipRetired(uint number)
        {
            while (_log.Retired.Contains(_sectors.SlotOf(number)))
            {
                number++;
            }

            return number;
        }

        private void TakeErase(byte state)
        {
            if (state == FlashErase.UnderWay)
            {
                return;
            }

            _isErasing = false;
            IsPrepared = state == FlashErase.Done && _sectors.Mark(_erasing);
            if (!IsPrepared)
            {
                Retire(_erasing);
            }
        }

        private void Release(uint number)
        {
            if (!IsFreeOnFlash(number))
            {
                _sectors.Release(number);
            }
        }

        // A slot may be erased if it was never used, or if every record of its sector and of earlier sectors is acknowledged.
        private bool MayErase(uint number)
        {
            return number < (uint)_sectors.Slots || _log.UnackedNumber > number - (uint)_sectors.Slots;
        }

        // False if the acknowledgement that allows the erase found no room in a full sector.
        private bool IsFreeOnFlash(uint number)
        {
            return number < (uint)_sectors.Slots || _log.UnackedNumberOnFlash > number - (uint)_sectors.Slots;
        }
    }
}
