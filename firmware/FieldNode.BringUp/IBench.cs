namespace FieldNode.BringUp
{
    /// <summary>What the bring-up program needs besides the board's parts.</summary>
    public interface IBench
    {
        /// <summary>Writes a line to the computer over the USB cable.</summary>
        void Say(string line);

        /// <summary>True if a part answers at an I2C address, 0x08 to 0x77. A hung bus takes a second per call.</summary>
        bool Answers(int address);

        /// <summary>Waits at least this many milliseconds.</summary>
        void Pause(int milliseconds);
    }
}
