namespace FieldNode.Core.Lane
{
    /// <summary>A tube may be at room temperature for four hours (field-facts, "Data facts"); from three on the lane warns.</summary>
    public static class TubeAge
    {
        public const int WarnMinutes = 180;
        public const int MaxMinutes = 240;
    }
}
