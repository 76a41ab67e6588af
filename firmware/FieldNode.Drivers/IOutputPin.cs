namespace FieldNode.Drivers
{
    /// <summary>Something that is switched: a buzzer, a lamp.</summary>
    public interface IOutputPin
    {
        void Switch(bool on);
    }
}
