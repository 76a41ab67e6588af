namespace FieldNode.Device.Boards
{
    /// <summary>
    /// Hardware revision B: an ESP32-WROVER-E module, whose PSRAM uses GPIO 16 and 17. The flash chip is on VSPI's native pins, SPI2 on the
    /// platform. ADC channel 6 of unit 1 is GPIO 34; full scale at the platform's attenuation of 11 dB is 3.3 V (ESP32 data sheet, "ADC").
    /// </summary>
    public static class RevB
    {
        /// <summary>The board's name in the status report and its folder in hardware/.</summary>
        public const string Name = "rev-b";

        /// <summary>Creates the pin table.</summary>
        public static BoardPins Pins()
        {
            BoardPins pins = new BoardPins();
            pins.Name = Name;
            pins.FlashBus = 2;
            pins.FlashMosi = 23;
            pins.FlashMiso = 19;
            pins.FlashClock = 18;
            pins.FlashSelect = 5;
            pins.OledData = 21;
            pins.OledClock = 22;
            pins.ScannerTx = 13;
            pins.ScannerRx = 4;
            pins.ArrivedButton = 32;
            pins.UndoButton = 33;
            pins.Beam = 27;
            pins.Buzzer = 25;
            pins.Lamp = 26;
            pins.BatterySense = 34;
            pins.BatteryAdcChannel = 6;
            pins.BatteryDivider = 2;
            pins.BatteryFullScale = 3300;
            return pins;
        }
    }
}
