namespace FieldNode.Device.Boards
{
    /// <summary>The GPIO assignment of a board; each board's file creates one. A test checks that it equals hardware/*/pins.csv and uses
    /// only pins that the chip has free, because the runtime does not warn when a pin is taken by the PSRAM.</summary>
    public sealed class BoardPins
    {
        /// <summary>The board does not have this part.</summary>
        public const int None = -1;

        /// <summary>The board's name in the status report.</summary>
        public string Name = "";

        /// <summary>The platform's SPI bus with these native pins; through the GPIO matrix, 20 MHz leaves little margin. <see cref="None"/>
        /// if there is no flash chip.</summary>
        public int FlashBus = None;
        public int FlashMosi = None;
        public int FlashMiso = None;
        public int FlashClock = None;
        public int FlashSelect = None;

        /// <summary>Number of 4 KiB files on the internal drive that hold the log, on a board without a flash chip.</summary>
        public int Segments;

        public int OledData = None;
        public int OledClock = None;
        public int ScannerTx = None;
        public int ScannerRx = None;
        public int ArrivedButton = None;
        public int UndoButton = None;
        public int Beam = None;
        public int Buzzer = None;
        public int Lamp = None;

        public int BatterySense = None;

        /// <summary>The ADC channel of <see cref="BatterySense"/>; BatteryDivider is its voltage divider's ratio, BatteryFullScale its full
        /// scale in millivolts.</summary>
        public int BatteryAdcChannel;
        public int BatteryDivider = 1;
        public int BatteryFullScale;
    }
}
