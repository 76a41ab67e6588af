#nullable disable // some parts may be absent, and the device's compilation has no "?" for references
using FieldNode.Core.Health;
using FieldNode.Core.Ports;
using FieldNode.Drivers;
using FieldNode.Protocol;

namespace FieldNode.Device
{
    /// <summary>
    /// What a board is made of, below the drivers: on an ESP32 its pins and buses, in the simulator models of the parts. Null where the
    /// board has none.
    /// </summary>
    public sealed class BoardParts
    {
        /// <summary>The board's name in the status, for example "rev-b".</summary>
        public string Name = "";

        /// <summary>The bus of the flash chip; null on a board that keeps its log in <see cref="Drive"/>.</summary>
        public ISpi FlashBus;

        /// <summary>Segment files, and how many, on a board without flash chip.</summary>
        public ISegmentDrive Drive;
        public int Segments;

        public IOledBus Oled;

        /// <summary>Columns left of the glass: <see cref="Ssd1306Panel.Ssd1306Offset"/> or
        /// <see cref="Ssd1306Panel.Sh1106Offset"/>.</summary>
        public int OledOffset;

        public ISerialLine ScannerLine;
        public IInputPin ArrivedButton;
        public IInputPin UndoButton;
        public IInputPin Beam;
        public IOutputPin Buzzer;
        public IOutputPin Lamp;
        public IAnalogInput BatteryInput;
        public II2cPart Rtc;
        public IRadio Radio;
        public IHttpPost Http;
        public ISystemTime SystemTime;
        public ITags Tags;
        public IStatusText StatusText;
        public IBoardMemory Memory;
        public IBoardPower Power;
    }

    /// <summary>What is left of the board's memory.</summary>
    public interface IBoardMemory
    {
        /// <summary>Puts it into <see cref="NodeHealth.HeapFree"/> and its fellows. It collects what is not used any more, which takes a
        /// while: not while a lane works.</summary>
        void Measure(NodeHealth health);
    }

    /// <summary>Time, rest and chance.</summary>
    public interface IBoardPower
    {
        /// <summary>Milliseconds since the start.</summary>
        uint Now { get; }

        /// <summary>Lets the platform's other threads run for some milliseconds; buttons are looked at each 10 ms at least.</summary>
        void Rest();

        /// <summary>
        /// A number of the platform's that another start, or another board, does not draw again. Nobody guesses it while the radio is on
        /// (docs/platform-notes.md, "Chance"); what must be secret is mixed with more (<see cref="Core.Enrolment.NoisePool"/>).
        /// </summary>
        uint Chance();
    }
}
