namespace FieldNode.Drivers
{
    /// <summary>An OLED controller on an I2C bus.</summary>
    public interface IOledBus
    {
        /// <summary>Sets the controller up and switches it on; false when nothing answers.</summary>
        bool Start();

        /// <summary>One I2C write: a control byte (0x00 commands follow, 0x40 pixels follow) and what it announces; false when it was not
        /// taken.</summary>
        bool Write(byte[] bytes, int count);
    }
}
