namespace FieldNode.Drivers
{
    /// <summary>A voltage measured by the board.</summary>
    public interface IAnalogInput
    {
        /// <summary>Millivolts at the part, before any divider; -1 if it cannot be read.</summary>
        int ReadMillivolts();
    }
}
