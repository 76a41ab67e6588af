namespace FieldNode.Device.Boards
{
    /// <summary>
    /// Pins of an ESP32-DevKitC on a breadboard, for trying things: no flash chip (the log lies in files on the internal drive), no clock,
    /// no battery, no beam. Equal to hardware/devkit/pins.csv, by test.
    /// </summary>
    internal static class DevKit
    {
        public const string Name = "devkit";

        /// <summary>Of 4 KiB; the internal drive of a 4 MB module has 256 KB, shared with Wi-Fi settings and certificates.</summary>
        public const int Segments = 32;

        public const int OledData = 21;
        public const int OledClock = 22;
        public const int ScannerTx = 17;
        public const int ScannerRx = 16;
        public const int ArrivedButton = 32;
        public const int UndoButton = 33;
        public const int Buzzer = 25;
        public const int Lamp = 26;
    }
}
