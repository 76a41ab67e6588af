namespace FieldNode.Core
{
    /// <summary>Sizes that keep the lane's state small enough to stand at the head of every sector.</summary>
    public static class NodeLimits
    {
        /// <summary>Longest tube code, in bytes.</summary>
        public const int TubeBytesMax = 24;

        /// <summary>Most people in a tube: the largest pool seen (field-facts, "Data facts").</summary>
        public const int GroupSizeMax = 20;
    }
}
