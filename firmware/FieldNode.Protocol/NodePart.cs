namespace FieldNode.Protocol
{
    /// <summary>The parts a node depends on. A closed list; records, status and screens use the same numbers.</summary>
    public static class NodePart
    {
        public const byte Flash = 0;
        public const byte Scanner = 1;
        public const byte Panel = 2;
        public const byte Wifi = 3;
        public const byte Clock = 4;
        public const byte Battery = 5;

        /// <summary>Number of parts on the board; they come first, and the self-test checks them.</summary>
        public const int TestedCount = 6;

        /// <summary>Not a part of the board, but recorded like one: the host went away, came back, or another one answers in its
        /// place.</summary>
        public const byte Host = 6;
        public const int Count = 7;

        private static readonly string[] s_names = { "flash", "scanner", "panel", "wifi", "clock", "battery", "host" };

        /// <summary>The part's name in status and logs; "unknown" beyond the list.</summary>
        public static string Name(byte part)
        {
            return part < Count ? s_names[part] : "unknown";
        }
    }

    /// <summary>The state of a part.</summary>
    public static class PartState
    {
        /// <summary>Not checked yet, or it cannot be queried: a plain scanner is known to work only once it scans.</summary>
        public const byte Unknown = 0;
        public const byte Ok = 1;

        /// <summary>The part does not answer.</summary>
        public const byte Failed = 2;

        /// <summary>The board does not have this part.</summary>
        public const byte Absent = 3;

        /// <summary>Wi-Fi: the network does not accept the password.</summary>
        public const byte WrongPassword = 4;

        /// <summary>Battery: charge or swap it.</summary>
        public const byte Low = 5;

        /// <summary>Host: it answers, but refuses this node.</summary>
        public const byte Refused = 6;

        /// <summary>Host: whatever answers at its address does not hold the node's key.</summary>
        public const byte Untrusted = 7;

        /// <summary>Host: it holds records whose people it cannot read until the node's next card supplies the key.</summary>
        public const byte Unreadable = 8;

        private static readonly string[] s_names =
            { "unknown", "ok", "failed", "absent", "wrong-password", "low", "refused", "untrusted", "unreadable" };

        /// <summary>The state's name in status and logs; "unknown" beyond the list.</summary>
        public static string Name(byte state)
        {
            return state < s_names.Length ? s_names[state] : "unknown";
        }

        /// <summary>Whether someone must act on this state.</summary>
        public static bool IsTrouble(byte state)
        {
            return state != Unknown && state != Ok && state != Absent && state < s_names.Length;
        }
    }
}
