namespace FieldNode.Lane
{
    /// <summary>Limits that keep the lane's state small enough for the head of every sector.</summary>
    public static class LaneLimits
    {
        /// <summary>Longest tube or bag code, in bytes.</summary>
        public const int TubeBytesMax = 24;

        /// <summary>Longest code of a household or stop, in bytes.</summary>
        public const int PlaceBytesMax = 24;

        /// <summary>Most sealed bags waiting for one handover.</summary>
        public const int SealedBagsMax = 50;

        /// <summary>Most people in a tube: the largest pool seen (docs/field-facts.md, "Codes").</summary>
        public const int GroupSizeMax = 20;
    }
}
