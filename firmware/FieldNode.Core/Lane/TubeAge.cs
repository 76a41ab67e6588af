namespace FieldNode.Core.Lane
{
    /// <summary>A tube may be at room temperature for four hours (docs/field-facts.md, "Codes"); the lane warns after
    /// three.</summary>
    public static class TubeAge
    {
        public const int WarnMinutes = 180;
        public const int MaxMinutes = 240;
    }
}
