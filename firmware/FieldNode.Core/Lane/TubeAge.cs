namespace FieldNode.Core.Lane
{
    /// <summary>A tube may be at room temperature for four hours (field-facts, "Data facts"); the lane warns from three hours on.</summary>
    public static class TubeAge
    {
        public const int WarnMinutes = 180;
        public const int MaxMinutes = 240;
    }
}
