namespace FieldNode.Drivers
{
    /// <summary>A voltage that the board measures.</summary>
    public interface IAnalogInput
    {
        /// <summary>Millivolts at the part, a divider reckoned in; -1 when it cannot be read.</summary>
        int ReadMillivolts();
    }
}
