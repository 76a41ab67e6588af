namespace FieldNode.Core.Log
{
    /// <summary>What the ring answers. A closed list; the caller can wait (Full), tell a technician (the others) or go on (Ok).</summary>
    public static class LogResult
    {
        public const byte Ok = 0;

        /// <summary>The flash holds no log and nothing else: it may be formatted.</summary>
        public const byte Blank = 1;

        /// <summary>The flash holds something that is no log: formatting it needs a person's word.</summary>
        public const byte NotALog = 2;

        /// <summary>The log is another node's.</summary>
        public const byte OtherNode = 3;

        /// <summary>No space that the host has acknowledged is left.</summary>
        public const byte Full = 4;

        /// <summary>The flash part failed.</summary>
        public const byte Fault = 5;

        /// <summary>No flash part answers.</summary>
        public const byte NoFlash = 6;
    }
}
