namespace FieldNode.Drivers
{
    /// <summary>An on/off output: a buzzer or a lamp.</summary>
    public interface IOutputPin
    {
        void Switch(bool on);
    }
}
