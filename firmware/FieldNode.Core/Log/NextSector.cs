using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>
    /// The sector that comes behind the newest: erased when it may be, marked, and left out when its flash no longer takes it.
    /// </summary>
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

        /// <summary>Its number; slots that were retired are skipped.</summary>
        public uint Number { get { return SkipRetired(_log.NewestNumber + 1); } }

        /// <summary>It is erased and marked, and nothing was begun behind the mark.</summary>
        public bool IsPrepared { get; set; }

        /// <summary>
        /// Goes on with erasing it ahead, in the background, or begins when it may be erased; true while there is something to do. A sector
        /// that does not take it is retired.
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

        /// <summary>Waits for what <see cref="Step"/> began.</summary>
        public void FinishErase()
        {
            if (_isErasing)
            {
                TakeErase(_sectors.WaitErase());
            }
        }

        /// <summary>Erases and marks it, and waits for that; a sector that does not take it is retired, and the one behind is
        /// tried.</summary>
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

        /// <summary>Puts it into use: the state at this point and the first frame, in one program call. False when its flash does not take
        /// them.</summary>
        /// <param name="frameBytes">0: there is no frame yet.</param>
        public bool Open(uint number, byte[] frame, int frameBytes)
        {
            IsPrepared = false; // whatever happens: what was written there once is not written again
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

        /// <summary>This sector does not erase or program. False when the part no longer answers at all, as when it is unplugged, or too
        /// few sectors would be left.</summary>
        public bool Retire(uint number)
        {
            int slot = _sectors.SlotOf(number);
            if (!_sectors.Answers(_log.NewestNumber) || !TakeRetired(slot))
            {
                return false;
            }

            // a search must not take it for the end of the log, nor a finder its key
            _sectors.Clear(number, 0, SectorHead.SealKeyOffset + SectorHead.SealKeyBytes);
            _log.NoteRetired(slot);
            return true;
        }

        /// <summary>Uses a slot no more; false when too few would be left to be a ring.</summary>
        public bool TakeRetired(int slot)
        {
            return _sectors.Slots - _log.Retired.Count > RingFlash.SlotsMin && _log.Retired.Add(slot);
        }

        /// <summary>The first number from this one on whose slot is in use.</summary>
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

        // A slot may be erased when it was never used, or when every record of the sector it holds, and of those before, is acknowledged.
        private bool MayErase(uint number)
        {
            return number < (uint)_sectors.Slots || _log.UnackedNumber > number - (uint)_sectors.Slots;
        }

        // The acknowledgement that allows it found no room in a full sector.
        private bool IsFreeOnFlash(uint number)
        {
            return number < (uint)_sectors.Slots || _log.UnackedNumberOnFlash > number - (uint)_sectors.Slots;
        }
    }
}
