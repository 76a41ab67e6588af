namespace FieldNode.Device.Boards
{
    /// <summary>
    /// Pins of hardware revision A: an ESP32-WROOM-32E module. Equal to hardware/rev-a/pins.csv, by test. GPIO numbers; ADC channel 6 of
    /// unit 1 is GPIO34 (ESP32 data sheet, table "GPIO_Summary").
    /// </summary>
    internal static class RevA
    {
        public const string Name = "rev-a";

        public const int FlashMosi = 23;
        public const int FlashMiso = 19;
        public const int FlashClock = 18;
        public const int FlashSelect = 5;
        public const int OledData = 21;
        public const int OledClock = 22;
        public const int ScannerTx = 17;
        public const int ScannerRx = 16;
        public const int ArrivedButton = 32;
        public const int UndoButton = 33;
        public const int Beam = 27;
        public const int Buzzer = 25;
        public const int Lamp = 26;
        public const int BatterySense = 34;
        public const int BatteryAdcChannel = 6;
        public const int BatteryDivider = 2;
    }
}
