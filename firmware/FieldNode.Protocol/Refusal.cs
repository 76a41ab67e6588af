namespace FieldNode.Protocol
{
    /// <summary>Why a scan was refused. A closed list; records and screens use the same numbers. Wording: <see cref="Name"/>, the screens
    /// and docs/lane-language.md.</summary>
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

        /// <summary>An enrolment card of another node, while this node has records that no host holds.</summary>
        public const byte OtherNode = 16;

        /// <summary>The scanner cannot be set up by card, or did not answer.</summary>
        public const byte ScannerNotSet = 17;

        /// <summary>The green lane needs a category: scan its card first.</summary>
        public const byte NeedsCategory = 18;

        /// <summary>This lane does not offer the category.</summary>
        public const byte CategoryOff = 19;
        public const byte NoPlace = 20;
        public const byte BagOpen = 21;
        public const byte NoBag = 22;
        public const byte BagUsed = 23;
        public const byte BagEmpty = 24;

        /// <summary>The tube is in a bag already.</summary>
        public const byte TubePacked = 25;

        /// <summary>An open bag must be sealed before the handover.</summary>
        public const byte NotSealed = 26;

        /// <summary>The person handing over must scan a badge first.</summary>
        public const byte NoBadge = 27;

        /// <summary>Giver and receiver are the same badge.</summary>
        public const byte SameBadge = 28;

        /// <summary>Too many sealed bags wait for their handover.</summary>
        public const byte HandOverFirst = 29;
        public const byte NobodyWaiting = 30;

        /// <summary>The household or stop is open: finish it first.</summary>
        public const byte PlaceOpen = 31;

        /// <summary>A tube closed as damaged cannot be packed.</summary>
        public const byte TubeDamaged = 32;

        /// <summary>The battery voltage on the card differs from the measured one by more than a converter's error, or nothing is
        /// measured.</summary>
        public const byte BatteryDiffers = 33;
        public const byte Last = BatteryDiffers;

        /// <summary>The reason's name in logs and exports; "unknown" beyond <see cref="Last"/>.</summary>
        public static string Name(byte reason)
        {
            switch (reason)
            {
                case None: return "none";
                case UnknownCode: return "unknown-code";
                case UnknownCard: return "unknown-card";
                case CheckDigit: return "check-digit";
                case NoTube: return "no-tube";
                case GroupFull: return "group-full";
                case AlreadyInTube: return "already-in-tube";
                case TubeOpen: return "tube-open";
                case NeedsReason: return "needs-reason";
                case NothingToUndo: return "nothing-to-undo";
                case TooLong: return "too-long";
                case Incomplete: return "incomplete";
                case FlashFull: return "flash-full";
                case FlashFault: return "flash-fault";
                case TubeUsed: return "tube-used";
                case CardDamaged: return "card-damaged";
                case OtherNode: return "other-node";
                case ScannerNotSet: return "scanner-not-set";
                case NeedsCategory: return "needs-category";
                case CategoryOff: return "category-off";
                case NoPlace: return "no-place";
                case BagOpen: return "bag-open";
                case NoBag: return "no-bag";
                case BagUsed: return "bag-used";
                case BagEmpty: return "bag-empty";
                case TubePacked: return "tube-packed";
                case NotSealed: return "not-sealed";
                case NoBadge: return "no-badge";
                case SameBadge: return "same-badge";
                case HandOverFirst: return "hand-over-first";
                case NobodyWaiting: return "nobody-waiting";
                case PlaceOpen: return "place-open";
                case TubeDamaged: return "tube-damaged";
                case BatteryDiffers: return "battery-differs";
                default: return "unknown";
            }
        }
    }
}
