namespace FieldNode.Device.Boards
{
    /// <summary>Revision B with an ESP32-S3-WROOM-1 with octal PSRAM, which uses GPIO 33 to 37. The flash chip is on FSPI's native pins,
    /// SPI1 on the platform. ADC channel 0 of unit 1 is GPIO 1; full scale at 12 dB is 3.1 V (ESP32-S3 data sheet, "ADC").</summary>
    public static class RevBS3
    {
        /// <summary>The board's name in the status report and its folder in hardware/.</summary>
        public const string Name = "rev-b-s3";

        /// <summary>The platform's target name, which identifies this board.</summary>
        public const string Target = "ESP32_S3_OCTAL";

        /// <summary>Creates the pin table.</summary>
        public static BoardPins Pins()
        {
            BoardPins pins = new BoardPins();
            pins.Name = Name;
            pins.FlashBus = 1;
            pins.FlashMosi = 11;
            pins.FlashMiso = 13;
            pins.FlashClock = 12;
            pins.FlashSelect = 10;
            pins.OledData = 8;
            pins.OledClock = 9;
            pins.ScannerTx = 17;
            pins.ScannerRx = 18;
            pins.ArrivedButton = 4;
            pins.UndoButton = 5;
            pins.Beam = 6;
            pins.Buzzer = 7;
            pins.Lamp = 15;
            pins.BatterySense = 1;
            pins.BatteryAdcChannel = 0;
            pins.BatteryDivider = 2;
            pins.BatteryFullScale = 3100;
            return pins;
        }
    }
}
