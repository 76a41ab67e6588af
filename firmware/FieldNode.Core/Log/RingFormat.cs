namespace FieldNode.Core.Log
{
    /// <summary>Erases the old log from every slot. Power may fail at any point: the next mount finds the remainder of that log, or blank
    /// flash.</summary>
    internal sealed class RingFormat
    {
        private readonly RingLog _log;

        public RingFormat(RingLog log)
        {
            _log = log;
        }

        /// <summary>Erases every slot that is not blank, the oldest sector first: after a power cut the newest sectors remain, so that the
        /// old log never reuses a sequence number. False if the flash fails.</summary>
        public bool EraseAll()
        {
            RingFlash sectors = _log.Sectors;
            NewestSearch search = new NewestSearch(sectors);
            search.RunLinear();
            for (int i = 1; i <= sectors.Slots; i++)
            {
                int slot = sectors.SlotOf(search.Number + (uint)i);
                if (sectors.Look(slot) != SlotLook.Blank && !sectors.EraseSlot(slot) && !RetireSlot(slot))
                {
                    return false;
                }
            }

            return true;
        }

        // A slot that does not erase must at least not be mistaken for a sector of the new log.
        private bool RetireSlot(int slot)
        {
            RingFlash sectors = _log.Sectors;
            bool cleared = sectors.Clear((uint)slot, 0, Protocol.Flash.SectorHead.PreparedBytes)
                || sectors.Look(slot) == SlotLook.Unreadable;
            return cleared && sectors.Slots - _log.Retired.Count > RingFlash.SlotsMin && _log.Retired.Add(slot);
        }
    }
}
