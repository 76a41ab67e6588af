namespace FieldNode.Core.Log
{
    /// <summary>Result of a ring operation. A closed list: the caller can continue (Ok), wait (Full) or call a technician (the
    /// others).</summary>
    public static class LogResult
    {
        public const byte Ok = 0;

        /// <summary>The flash is blank: it may be formatted.</summary>
        public const byte Blank = 1;

        /// <summary>The flash holds data that is not a log: formatting it needs a person's consent.</summary>
        public const byte NotALog = 2;

        /// <summary>The log belongs to another node.</summary>
        public const byte OtherNode = 3;

        /// <summary>No space is left that the host has acknowledged.</summary>
        public const byte Full = 4;

        /// <summary>The flash part failed.</summary>
        public const byte Fault = 5;

        /// <summary>No flash part answers.</summary>
        public const byte NoFlash = 6;
    }
}
