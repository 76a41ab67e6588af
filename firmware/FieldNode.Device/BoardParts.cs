#nullable disable // some parts may be absent, and the device build disables nullable references
using FieldNode.Core.Health;
using FieldNode.Core.Ports;
using FieldNode.Drivers;
using FieldNode.Protocol;

namespace FieldNode.Device
{
    /// <summary>A board's parts, below the drivers: pins and buses on an ESP32, models in the simulator. Null if the board lacks the
    /// part.</summary>
    public sealed class BoardParts
    {
        /// <summary>The board's name in the status report, for example "rev-b".</summary>
        public string Name = "";

        /// <summary>The flash chip's bus; null if the board keeps its log on <see cref="Drive"/>.</summary>
        public ISpi FlashBus;

        /// <summary>Segment files on a board without a flash chip; <see cref="Segments"/> is their number.</summary>
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

    /// <summary>Measures the board's free memory.</summary>
    public interface IBoardMemory
    {
        /// <summary>Writes the figures to <see cref="NodeHealth.HeapFree"/>, NativeFree and NativeLargest. Runs a slow garbage collection
        /// first: do not call it while a lane is working.</summary>
        void Measure(NodeHealth health);
    }

    /// <summary>Time, idle time and random numbers.</summary>
    public interface IBoardPower
    {
        /// <summary>Milliseconds since boot.</summary>
        uint Now { get; }

        /// <summary>Lets the platform's other threads run for a few milliseconds; buttons must still be sampled at least every 10
        /// ms.</summary>
        void Rest();

        /// <summary>A random number from the platform, different on each start and on each board. It is unpredictable while the radio is on
        /// (docs/platform-notes.md, "Chance"). Secrets also need other noise mixed in (<see cref="Core.Enrolment.NoisePool"/>).</summary>
        uint Chance();
    }
}
