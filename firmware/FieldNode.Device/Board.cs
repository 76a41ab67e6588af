#nullable disable // some parts may be absent, and the device build disables nullable references
using FieldNode.Core;
using FieldNode.Core.Enrolment;
using FieldNode.Core.Health;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Drivers;
using FieldNode.Protocol;

namespace FieldNode.Device
{
    /// <summary>A board's drivers, wired to its parts in the same way on the device and in the simulator.</summary>
    public sealed class Board
    {
        private const int NoiseReadings = 64;

        private readonly BoardParts _parts;
        private readonly W25Flash _chip;
        private readonly Ssd1306Panel _panel;
        private readonly RhythmSignals _signals;
        private readonly Buttons _buttons;
        private readonly ScreenPainter _painter = new ScreenPainter(ScreenWords.Chinese);

        private bool _isSafe;

        public Board(BoardParts parts)
        {
            _parts = parts;
            _chip = parts.FlashBus == null ? null : new W25Flash(parts.FlashBus, 0);
            _panel = new Ssd1306Panel(parts.Oled, _painter, parts.OledOffset);
            _signals = new RhythmSignals(parts.Buzzer, parts.Lamp);
            _buttons = new Buttons(parts.ArrivedButton, parts.UndoButton, parts.Beam == null ? null : new BeamSensor(parts.Beam));
            Scanner = new SerialScanner(parts.ScannerLine, SerialScanner.BaudDefault);
            Battery = parts.BatteryInput == null ? null : new Battery(parts.BatteryInput);
            Uplink = new WifiUplink(parts.Radio, parts.Http, parts.Power.Chance());
            Clock = new DeviceClock(parts.SystemTime, parts.Rtc == null ? null : new Ds3231(parts.Rtc));
        }

        public SerialScanner Scanner { get; }

        public WifiUplink Uplink { get; }

        public DeviceClock Clock { get; }

        /// <summary>Null if the board cannot measure it.</summary>
        public Battery Battery { get; }

        public ITags Tags { get { return _parts.Tags; } }

        public IPanel Panel { get { return _panel; } }

        public ISignals Signals { get { return _signals; } }

        public uint Now { get { return _parts.Power.Now; } }

        /// <summary>JEDEC id of the flash chip; 0 on a board that uses files.</summary>
        public uint FlashId { get { return _chip == null ? 0 : (uint)_chip.JedecId; } }

        public uint Chance()
        {
            return _parts.Power.Chance();
        }

        /// <summary>Adds the board's noise: the platform's random numbers and battery readings, whose lowest bits vary.</summary>
        public void AddNoise(NoisePool noise)
        {
            for (int i = 0; i < NoiseReadings; i++)
            {
                noise.Add(Chance());
                if (_parts.BatteryInput != null)
                {
                    noise.Add((uint)_parts.BatteryInput.ReadMillivolts());
                }
            }
        }

        /// <summary>Finds the flash; null if no known part answers.</summary>
        public IFlash FindFlash()
        {
            if (_chip == null)
            {
                return new FileFlash(_parts.Drive, _parts.Segments);
            }

            return _chip.Identify() ? _chip : null;
        }

        /// <summary>Shows that a complete card was read and stored.</summary>
        public void ShowCardRead()
        {
            Screen screen = new Screen();
            screen.Kind = ScreenKind.CardRead;
            _panel.Show(screen);
        }

        /// <summary>Pauses the main loop briefly.</summary>
        public void Rest()
        {
            _parts.Power.Rest();
        }

        /// <summary>Enters safe mode: from now on only scanning and storing matter, and nothing else can stop the program. Wi-Fi, clock and
        /// battery are not used; panel, buttons and signals run as long as they work.</summary>
        public void EnterSafeMode(NodePorts ports)
        {
            _isSafe = true;
            ports.StatusText = null;
            ports.Clock = null;
            ports.Panel = new GuardedPanel(_panel);
        }

        /// <summary>Steps everything that must run every few milliseconds.</summary>
        /// <param name="isReceiving">True while a code is being received: the screen and the network wait.</param>
        public void Step(uint now, bool isReceiving)
        {
            if (_isSafe)
            {
                StepGuarded(now);
                return;
            }

            _buttons.Step(now);
            _signals.Step(now);
            Scanner.Step();
            if (isReceiving)
            {
                return;
            }

            _panel.Step(now);
            Uplink.Step(now);
            if (Battery != null)
            {
                Battery.Step(now);
            }
        }

        /// <summary>Sets the language of the screens: "en" is English, anything else Chinese.</summary>
        public void Speak(byte[] language)
        {
            _painter.Speak(language.Length == 2 && language[0] == 'e' ? ScreenWords.English : ScreenWords.Chinese);
        }

        /// <summary>Creates a node's ports for this board.</summary>
        /// <param name="ring">The sectors of the node's log.</param>
        public NodePorts PortsOver(IFlash ring, IFlash roster, IEnrolment enrolment, ISealRoots seals)
        {
            NodePorts ports = new NodePorts();
            ports.Flash = ring;
            ports.RosterFlash = roster;
            ports.Scanner = Scanner;
            ports.Buttons = _buttons;
            ports.Panel = _panel;
            ports.Signals = _signals;
            ports.Uplink = Uplink;
            ports.Tags = _parts.Tags;
            ports.SealRoots = seals;
            ports.Clock = Clock;
            ports.StatusText = _parts.StatusText;
            ports.Enrolment = enrolment;
            ports.ScannerSetup = Scanner;
            ports.Health.Board = _parts.Name;
            return ports;
        }

        private void StepGuarded(uint now)
        {
            try
            {
                _buttons.Step(now);
                _signals.Step(now);
                _panel.Step(now);
            }
            catch (System.Exception)
            {
                // The lane continues without them.
            }
        }

        /// <summary>Measures the free memory. Do not call it while a lane is working.</summary>
        public void MeasureMemory(NodeHealth health)
        {
            if (_parts.Memory != null)
            {
                _parts.Memory.Measure(health);
            }
        }

        /// <summary>Reports the state of each part.</summary>
        public void ReportHealth(NodeHealth health, bool hasWifi, bool flashFails)
        {
            health.Tell(NodePart.Flash, flashFails ? PartState.Failed : PartState.Ok, FlashId);
            health.Tell(NodePart.Scanner, Scanner.State, 0);
            health.Tell(NodePart.Panel, _panel.IsPresent ? PartState.Ok : PartState.Failed, 0);
            health.Tell(NodePart.Wifi, hasWifi ? Uplink.RadioPart : PartState.Absent, 0);
            health.Tell(NodePart.Battery, Battery == null ? PartState.Absent : Battery.State, Battery == null ? 0
                : (uint)Battery.Millivolts);
        }
    }
}
