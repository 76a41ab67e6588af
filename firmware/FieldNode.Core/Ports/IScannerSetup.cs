namespace FieldNode.Core.Ports
{
    /// <summary>Configures a scanner module. Its settings change only when a technician asks for it by card.</summary>
    public interface IScannerSetup
    {
        /// <summary>
        /// Sets the reading mode (<see cref="ScannerMode"/>), CR after each code and no AIM prefix, stored over a loss of power. Waits at
        /// most two seconds for the module; false if it does not answer.
        /// </summary>
        bool SetUp(byte mode);
    }

    public static class ScannerMode
    {
        /// <summary>Reads when a button or a command triggers it.</summary>
        public const byte Command = 1;

        /// <summary>Reads all the time, and repeats the same code.</summary>
        public const byte Continuous = 2;
    }
}
