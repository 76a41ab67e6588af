namespace FieldNode.Core.Ports
{
    /// <summary>The settings of a scanner module, changed when a technician asks for it by card; otherwise they are left alone.</summary>
    public interface IScannerSetup
    {
        /// <summary>
        /// Sets how it reads (<see cref="ScannerMode"/>), CR behind each code, no AIM prefix, and keeps that over a loss of power. Waits
        /// for the module, two seconds at most. False when it does not answer.
        /// </summary>
        bool SetUp(byte mode);
    }

    public static class ScannerMode
    {
        /// <summary>When a button or command tells it to.</summary>
        public const byte Command = 1;

        /// <summary>All the time, the same code again and again.</summary>
        public const byte Continuous = 2;
    }
}
