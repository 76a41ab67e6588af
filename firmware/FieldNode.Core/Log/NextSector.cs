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

        public NextSector(RingLog log)
        {
            _log = log;
            _sectors = log.Sectors;
        }

        /// <summary>Its number; slots that were retired are skipped.</summary>
        public uint Number { get { return SkipRetired(_log.NewestNumber + 1); } }

        /// <summary>It is erased and marked, and nothing was begun behind the mark.</summary>
        public bool IsPrepared { get; set; }

        /// <summary>Erases and marks it; a sector that does not take it is retired, and the one behind is tried.</summary>
        public byte Make()
        {
            while (true)
            {
                uint number = Number;
                if (!MayErase(number))
                {
                    return LogResult.Full;
                }

                if (!IsFreeOnFlash(number))
                {
                    _sectors.Release(number);
                }

                IsPrepared = _sectors.Prepare(number);
                if (IsPrepared)
                {
                    return LogResult.Ok;
                }

                if (!Retire(number))
                {
                    return LogResult.Fault;
                }
            }
        }

        /// <summary>This sector does not erase or program. False when the part no longer answers at all, as when it is unplugged, or too few sectors would be left.</summary>
        public bool Retire(uint number)
        {
            int slot = _sectors.SlotOf(number);
            if (!_sectors.Answers(_log.NewestNumber) || !TakeRetired(slot))
            {
                return false;
            }

            _sectors.Clear(number, 0, SectorHead.PreparedBytes); // a search must not take an old head for the end of the log
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
