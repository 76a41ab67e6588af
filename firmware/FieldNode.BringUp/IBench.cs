namespace FieldNode.BringUp
{
    /// <summary>What the first hour needs beside the parts of a board.</summary>
    public interface IBench
    {
        /// <summary>Writes a line to the computer at the USB cable.</summary>
        void Say(string line);

        /// <summary>Whether a part answers at an address of the I2C bus, 0x08 to 0x77. A bus that hangs takes a second for each.</summary>
        bool Answers(int address);

        /// <summary>Lets at least that many milliseconds pass.</summary>
        void Pause(int milliseconds);
    }
}
