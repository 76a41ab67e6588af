namespace FieldNode.Protocol
{
    /// <summary>
    /// The kind of a record. A reader carries, stores, merges and acknowledges an unknown type like any other; it only does not
    /// interpret it. Numbers are never reused. How to add one: docs/CONTRIBUTING.md.
    /// </summary>
    public static class RecordType
    {
        public const byte Booted = 1;
        public const byte ClockSet = 2;
        public const byte ModeSet = 3;
        public const byte OperatorSet = 4;
        public const byte Arrived = 5;
        public const byte TubeOpened = 6;
        public const byte PersonSampled = 7;
        public const byte TubeClosed = 8;
        public const byte Undone = 9;
        public const byte Refused = 10;

        /// <summary>Replaces, in an upload, a record that the node can no longer read from flash; it has no content.</summary>
        public const byte Lost = 11;
        public const byte FlashWorn = 12;
        public const byte PartChanged = 13;
        public const byte Faulted = 14;
        public const byte Asked = 15;
        public const byte PlaceOpened = 16;
        public const byte PlaceClosed = 17;
        public const byte TurnedAway = 18;
        public const byte BagOpened = 19;
        public const byte TubePacked = 20;
        public const byte BagSealed = 21;
        public const byte HandedOver = 22;
        public const byte Called = 23;

        /// <summary>Only in a host's own log; nodes never write it.</summary>
        public const byte Decided = 24;

        /// <summary>Types from here on are the ring's own bookkeeping: such a frame has no sequence number and never leaves the
        /// node.</summary>
        public const byte FirstLocal = 0xF0;

        /// <summary>Local: the host holds every record up to a sequence number.</summary>
        public const byte Acknowledged = 0xF0;

        /// <summary>Local: the slot in the ticks field is no longer used, because its flash no longer erases or programs.</summary>
        public const byte SectorRetired = 0xF1;
    }
}
