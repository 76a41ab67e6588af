using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>
    /// Finds the highest sector number on the flash. Numbers rise by one from slot to slot up to the newest and drop by a lap after it, so
    /// a binary search needs only a few short reads. If its result does not look like an end, every slot is read.
    /// </summary>
    internal sealed class NewestSearch
    {
        private readonly RingFlash _sectors;
        private readonly uint _slots;

        private bool _failed;
        private uint _lap;

        public NewestSearch(RingFlash sectors)
        {
            _sectors = sectors;
            _slots = (uint)sectors.Slots;
        }

        /// <summary>The highest number found; its sector may be only prepared, not yet in use.</summary>
        public uint Number { get; private set; }

        /// <summary>Finds <see cref="Number"/> in about log2(slots) + 4 reads; false if the slots are not in order.</summary>
        public bool TryBinary()
        {
            _failed = false;
            byte look = _sectors.Look(0);
            uint first = _sectors.NumberSeen;
            byte lookAtSecond = _sectors.Look(1);
            uint second = _sectors.NumberSeen;

            // A retired slot 0 still has the number of an old lap.
            bool firstLeads = look == SlotLook.Numbered && (lookAtSecond != SlotLook.Numbered || first + 1 >= second);
            if (!firstLeads && lookAtSecond != SlotLook.Numbered)
            {
                return false;
            }

            _lap = (firstLeads ? first : second) / _slots;
            int slot = firstLeads ? 0 : 1;
            while (slot >= 0)
            {
                slot = LastInLap(slot);
                Number = _lap * _slots + (uint)slot;
                if (_failed)
                {
                    return false;
                }

                int beyond = SlotAfterSkipped(slot);
                if (beyond < 0)
                {
                    return EndsAt(Number);
                }

                slot = beyond;
            }

            return false;
        }

        /// <summary>Reads every slot; returns <see cref="LogResult.Ok"/> with <see cref="Number"/>, Blank, NotALog or Fault.</summary>
        public byte RunLinear()
        {
            bool any = false;
            bool allBlank = true;
            for (int slot = 0; slot < _sectors.Slots; slot++)
            {
                byte look = _sectors.Look(slot);
                if (look == SlotLook.Fault)
                {
                    return LogResult.Fault;
                }

                if (look == SlotLook.Numbered && (!any || _sectors.NumberSeen > Number))
                {
                    any = true;
                    Number = _sectors.NumberSeen;
                }

                allBlank &= slot == 0 || look == SlotLook.Blank;
            }

            // An interrupted format leaves at most one marked or torn head, in the first slot, and nothing after it.
            if (allBlank && NothingIsWritten())
            {
                return LogResult.Blank;
            }

            return any ? LogResult.Ok : LogResult.NotALog;
        }

        // The last slot of this lap, from low on; low itself is in the lap.
        private int LastInLap(int low)
        {
            int high = _sectors.Slots - 1;
            while (low < high && !_failed)
            {
                int middle = low + (high - low + 1) / 2;
                byte look = _sectors.Look(middle);
                if (look == SlotLook.Unreadable && middle < high)
                {
                    int next = middle + 1; // one damaged head must not hide the slots after it
                    look = _sectors.Look(next);
                    _failed |= look == SlotLook.Unreadable;
                    low = IsInLap(look, next) ? next : low;
                    high = IsInLap(look, next) ? high : middle - 1;
                    continue;
                }

                _failed |= look == SlotLook.Fault;
                low = IsInLap(look, middle) ? middle : low;
                high = IsInLap(look, middle) ? high : middle - 1;
            }

            return low;
        }

        // A retired slot, or one with a damaged head, looks like the end; the slot after it decides. -1 at a real end.
        private int SlotAfterSkipped(int slot)
        {
            int beyond = slot + 2;
            return beyond < _sectors.Slots && IsInLap(_sectors.Look(beyond), beyond) ? beyond : -1;
        }

        private bool IsInLap(byte look, int slot)
        {
            return look == SlotLook.Numbered && _sectors.NumberSeen == _lap * _slots + (uint)slot;
        }

        // The slot after the end is erased, being erased, or a lap older. The slot after that is a lap older, or blank in the first lap.
        private bool EndsAt(uint newest)
        {
            byte next = _sectors.Look(_sectors.SlotOf(newest + 1));
            bool nextFits = next == SlotLook.Numbered ? _sectors.NumberSeen < newest : next != SlotLook.Fault;
            byte afterNext = _sectors.Look(_sectors.SlotOf(newest + 2));
            bool isOlder = afterNext == SlotLook.Numbered && _sectors.NumberSeen < newest;
            return nextFits && (isOlder || (afterNext == SlotLook.Blank && newest + 2 < _slots));
        }

        private bool NothingIsWritten()
        {
            for (int slot = 0; slot < _sectors.Slots; slot++)
            {
                int from = slot == 0 ? SectorHead.BytesMax : 0;
                int end = slot == 0 ? _sectors.SectorBytes : SectorHead.BytesMax;
                if (!_sectors.ReadSlot(slot, from, end) || !SectorWalk.AllErased(_sectors.Buffer, from, end))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
