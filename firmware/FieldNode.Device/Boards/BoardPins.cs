namespace FieldNode.Device.Boards
{
    /// <summary>
    /// What is joined to which GPIO of a board: each board's file fills one. Equal to the board's hardware/*/pins.csv, by test, which also
    /// knows which pins a chip has free: the runtime hands out those of the PSRAM without a word.
    /// </summary>
    public sealed class BoardPins
    {
        /// <summary>The board does not have it.</summary>
        public const int None = -1;

        /// <summary>The board's name in the status.</summary>
        public string Name = "";

        /// <summary>The platform's SPI bus whose own pins these are: through the GPIO matrix 20 MHz are thin. <see cref="None"/>: no flash
        /// chip.</summary>
        public int FlashBus = None;
        public int FlashMosi = None;
        public int FlashMiso = None;
        public int FlashClock = None;
        public int FlashSelect = None;

        /// <summary>Of 4 KiB: the log on a board without flash chip, in files on the internal drive.</summary>
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

        /// <summary>The converter's channel of <see cref="BatterySense"/>, how many times smaller the voltage is there, and what full scale
        /// is, in millivolts.</summary>
        public int BatteryAdcChannel;
        public int BatteryDivider = 1;
        public int BatteryFullScale;
    }
}
