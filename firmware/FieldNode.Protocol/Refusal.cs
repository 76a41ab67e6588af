namespace FieldNode.Protocol
{
    /// <summary>Why a scan was refused: a closed list, the same numbers in records and on screens. Words: <see cref="Name"/>, screens and docs/lane-language.md.</summary>
    public static class Refusal
    {
        public const byte None = 0;
        public const byte UnknownCode = 1;
        public const byte UnknownCard = 2;
        public const byte CheckDigit = 3;
        public const byte NoTube = 4;
        public const byte GroupFull = 5;
        public const byte AlreadyInTube = 6;
        public const byte TubeOpen = 7;
        public const byte NeedsReason = 8;
        public const byte NothingToUndo = 9;
        public const byte TooLong = 10;
        public const byte Incomplete = 11;
        public const byte FlashFull = 12;
        public const byte FlashFault = 13;
        public const byte TubeUsed = 14;

        /// <summary>An enrolment card that cannot be read.</summary>
        public const byte CardDamaged = 15;

        /// <summary>An enrolment card of another node, while this one has records that no host holds.</summary>
        public const byte OtherNode = 16;

        /// <summary>The scanner is no module that can be set by card, or did not answer.</summary>
        public const byte ScannerNotSet = 17;
        public const byte Last = ScannerNotSet;

        private static readonly string[] s_names =
        {
            "none", "unknown-code", "unknown-card", "check-digit", "no-tube", "group-full", "already-in-tube", "tube-open",
            "needs-reason", "nothing-to-undo", "too-long", "incomplete", "flash-full", "flash-fault", "tube-used", "card-damaged",
            "other-node", "scanner-not-set",
        };

        /// <summary>The reason's name in logs and exports; "unknown" beyond <see cref="Last"/>.</summary>
        public static string Name(byte reason)
        {
            return reason <= Last ? s_names[reason] : "unknown";
        }
    }
}
