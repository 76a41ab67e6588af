namespace FieldNode.Drivers
{
    /// <summary>An OLED controller on an I2C bus.</summary>
    public interface IOledBus
    {
        /// <summary>Initializes the controller and switches it on; false if it does not answer.</summary>
        bool Start();

        /// <summary>One I2C write: a control byte (0x00 for commands, 0x40 for pixels) and its data; false if not acknowledged.</summary>
        bool Write(byte[] bytes, int count);
    }
}
