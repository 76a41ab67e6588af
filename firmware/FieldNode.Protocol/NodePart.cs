namespace FieldNode.Protocol
{
    /// <summary>The parts that a self-test looks at: a closed list, the same numbers in records, status and on screens.</summary>
    public static class NodePart
    {
        public const byte Flash = 0;
        public const byte Scanner = 1;
        public const byte Panel = 2;
        public const byte Wifi = 3;
        public const byte Clock = 4;
        public const byte Battery = 5;
        public const int Count = 6;

        private static readonly string[] s_names = { "flash", "scanner", "panel", "wifi", "clock", "battery" };

        /// <summary>The part's name in status and logs; "unknown" beyond the list.</summary>
        public static string Name(byte part)
        {
            return part < Count ? s_names[part] : "unknown";
        }
    }

    /// <summary>How a part stands.</summary>
    public static class PartState
    {
        /// <summary>Not looked at yet, or it cannot be asked: a plain scanner shows only by scanning.</summary>
        public const byte Unknown = 0;
        public const byte Ok = 1;

        /// <summary>It does not answer.</summary>
        public const byte Failed = 2;

        /// <summary>The board has none.</summary>
        public const byte Absent = 3;

        /// <summary>Wi-Fi: the network wants another password.</summary>
        public const byte WrongPassword = 4;

        /// <summary>Battery: charge or swap it.</summary>
        public const byte Low = 5;

        private static readonly string[] s_names = { "unknown", "ok", "failed", "absent", "wrong-password", "low" };

        /// <summary>The state's name in status and logs; "unknown" beyond the list.</summary>
        public static string Name(byte state)
        {
            return state < s_names.Length ? s_names[state] : "unknown";
        }

        /// <summary>Somebody has to do something about it.</summary>
        public static bool IsTrouble(byte state)
        {
            return state == Failed || state == WrongPassword || state == Low;
        }
    }
}
