namespace FieldNode.Drivers
{
    /// <summary>Something that is on or off: a button, a light beam.</summary>
    public interface IInputPin
    {
        /// <summary>Pressed, or interrupted; whatever level that is on the board.</summary>
        bool IsActive { get; }
    }
}
