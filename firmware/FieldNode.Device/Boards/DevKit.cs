namespace FieldNode.Device.Boards
{
    /// <summary>An ESP32-DevKitC-VE on a breadboard, for experiments: no flash chip (the log is in files on the internal drive), no clock,
    /// no battery, no beam.</summary>
    public static class DevKit
    {
        /// <summary>The board's name in the status report and its folder in hardware/.</summary>
        public const string Name = "devkit";

        /// <summary>Creates the pin table.</summary>
        public static BoardPins Pins()
        {
            BoardPins pins = new BoardPins();
            pins.Name = Name;
            pins.Segments = 32; // 128 KB: the internal drive of a 4 MB module has 256 KB, shared with Wi-Fi settings and certificates
            pins.OledData = 21;
            pins.OledClock = 22;
            pins.ScannerTx = 13;
            pins.ScannerRx = 4;
            pins.ArrivedButton = 32;
            pins.UndoButton = 33;
            pins.Buzzer = 25;
            pins.Lamp = 26;
            return pins;
        }
    }
}
