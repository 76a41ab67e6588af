namespace FieldNode.Protocol
{
    /// <summary>Categories of people (docs/field-facts.md, A5). Every person's record holds the number; cards and exports use the
    /// name.</summary>
    public static class Category
    {
        public const byte General = 0;
        public const byte Elder = 1;
        public const byte Disabled = 2;
        public const byte Pregnant = 3;
        public const byte Child = 4;
        public const byte Student = 5;

        /// <summary>Medical staff.</summary>
        public const byte Medical = 6;

        /// <summary>Key groups, tested between the rounds for everyone (docs/field-facts.md, B1).</summary>
        public const byte KeyGroup = 7;

        /// <summary>People who returned from elsewhere.</summary>
        public const byte Returned = 8;
        public const byte Last = Returned;

        private static readonly string[] s_names =
            { "general", "elder", "disabled", "pregnant", "child", "student", "medical", "keygroup", "returned" };

        /// <summary>The category's name; "unknown" beyond <see cref="Last"/>.</summary>
        public static string Name(int category)
        {
            return category >= 0 && category <= Last ? s_names[category] : "unknown";
        }
    }
}
