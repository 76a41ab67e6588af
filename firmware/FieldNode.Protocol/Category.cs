namespace FieldNode.Protocol
{
    /// <summary>Categories of people (field-facts A5). The number is in every person's record; names are those of cards and exports.</summary>
    public static class Category
    {
        public const byte General = 0;
        public const byte Elder = 1;
        public const byte Disabled = 2;
        public const byte Pregnant = 3;
        public const byte Child = 4;
        public const byte Last = Child;

        private static readonly string[] s_names = { "general", "elder", "disabled", "pregnant", "child" };

        /// <summary>The category's name; "unknown" beyond <see cref="Last"/>.</summary>
        public static string Name(int category)
        {
            return category >= 0 && category <= Last ? s_names[category] : "unknown";
        }
    }
}
