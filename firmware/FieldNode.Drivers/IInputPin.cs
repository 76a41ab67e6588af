namespace FieldNode.Drivers
{
    /// <summary>An on/off input: a button or a light beam.</summary>
    public interface IInputPin
    {
        /// <summary>True when pressed or interrupted, whatever the electrical level.</summary>
        bool IsActive { get; }
    }
}
