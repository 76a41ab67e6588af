using FieldNode.Core.Health;
using FieldNode.Device;
using FieldNode.Drivers;
using FieldNode.Protocol;

namespace FieldNode.BringUp
{
    /// <summary>
    /// Bring-up test for a new board: tests one part after another and prints a line for each, with the free memory, on the panel and over
    /// the USB cable. Steps that need a person say so and wait half a minute. Used areas of a flash chip are not touched.
    /// docs/first-hour.md is the matching form.
    /// </summary>
    public sealed partial class BringUpProgram
    {
        private const int HandMs = 30000;
        private const int JoinMs = 60000;
        private const int AnswerMs = 20000;
        private const int TickMs = 10;
        private const uint HangMs = 500;
        private const int PanelAddress = 0x3C;
        private const int ClockAddress = 0x68;

        private readonly BoardParts _parts;
        private readonly IBench _bench;
        private readonly TextPanel _panel;
        private readonly SerialScanner _scanner;
        private readonly NodeHealth _health = new NodeHealth();
        private readonly byte[] _input = new byte[256];
        private readonly EnrolmentCard _card = new EnrolmentCard();
        private readonly CardParts _cardParts = new CardParts();

        private bool _hasCard;

        public BringUpProgram(BoardParts parts, IBench bench)
        {
            _parts = parts;
            _bench = bench;
            _panel = new TextPanel(parts.Oled, parts.OledOffset);
            _scanner = new SerialScanner(parts.ScannerLine, SerialScanner.BaudDefault);
        }

        /// <summary>Number of parts that passed; <see cref="Fails"/> counts those that failed or that no one responded for.</summary>
        public int Works { get; private set; }

        public int Fails { get; private set; }

        /// <summary>Runs every test once.</summary>
        public void Run()
        {
            _bench.Say("FieldNode first hour, board " + _parts.Name);
            _panel.Start();
            Memory();
            Bus();
            Tell("panel", _panel.IsPresent, _panel.IsPresent ? "shows this" : "no answer at 3C");
            new FlashTest(_parts, this).Run();
            Clock();
            Battery();
            Sounds();
            Buttons();
            Scanner();
            Network();
            Say(Works.ToString() + " ok, " + Fails.ToString() + " failed");
        }

        /// <summary>Milliseconds since boot.</summary>
        internal uint Now { get { return _parts.Power.Now; } }

        /// <summary>Reports a part's result, with the free memory.</summary>
        internal void Tell(string part, bool works, string words)
        {
            Works += works ? 1 : 0;
            Fails += works ? 0 : 1;
            if (_parts.Memory != null)
            {
                _parts.Memory.Measure(_health);
            }

            _bench.Say((works ? "ok   " : "FAIL ") + part + ": " + words + " [" + (_health.HeapFree >> 10).ToString() + "K free]");
            _panel.Add((works ? "+" : "x") + part);
        }

        private void Say(string line)
        {
            _bench.Say(line);
            _panel.Add(line);
        }

        private void Memory()
        {
            if (_parts.Memory == null)
            {
                Tell("memory", false, "cannot be measured");
                return;
            }

            _parts.Memory.Measure(_health);
            bool hasPsram = _health.HeapFree > 1000000;
            Tell("memory", hasPsram, (hasPsram ? "" : "PSRAM missing or not found; ") + "native " + (_health.NativeFree >> 10)
                .ToString() + "K, largest " + (_health.NativeLargest >> 10).ToString() + "K");
        }

        private void Bus()
        {
            string found = "";
            for (int address = 0x08; address <= 0x77; address++)
            {
                uint begun = Now;
                found += Answers(address) ? " " + address.ToString("X2") : "";
                if (Now - begun >= HangMs)
                {
                    Tell("i2c", false, "the bus hangs: SDA or SCL held to GND?");
                    return;
                }
            }

            Tell("i2c", found.Length > 0, found.Length > 0 ? "answers at" + found : "no part answers: SDA, SCL, supply?");
        }

        // The platform opens each address only once; the panel and the clock already hold theirs.
        private bool Answers(int address)
        {
            if (address == PanelAddress)
            {
                return _panel.IsPresent;
            }

            return address == ClockAddress && _parts.Rtc != null ? HasClock() : _bench.Answers(address);
        }

        private bool HasClock()
        {
            return _parts.Rtc.Transfer(new byte[1], 1, new byte[1], 1);
        }

        private void Clock()
        {
            if (_parts.Rtc == null)
            {
                return; // no clock on this board
            }

            ulong utcMs;
            bool isSet = new Ds3231(_parts.Rtc).TryRead(out utcMs);
            bool answers = HasClock();
            Tell("clock", answers, answers ? (isSet ? "is set" : "answers, not set yet: the host will set it") : "no answer at 68");
        }

        private void Battery()
        {
            if (_parts.BatteryInput == null)
            {
                return;
            }

            int least = int.MaxValue;
            int most = 0;
            for (int i = 0; i < 16; i++)
            {
                int read = _parts.BatteryInput.ReadMillivolts();
                least = read < least ? read : least;
                most = read > most ? read : most;
                _bench.Pause(TickMs);
            }

            Tell("battery", least > 2500 && most < 4500, least.ToString() + " to " + most.ToString() + " mV: measure it and note both");
        }

        private void Sounds()
        {
            Say("3 beeps + lamp");
            for (int i = 0; i < 3; i++)
            {
                _parts.Buzzer.Switch(true);
                _parts.Lamp.Switch(true);
                _bench.Pause(200);
                _parts.Buzzer.Switch(false);
                _parts.Lamp.Switch(false);
                _bench.Pause(300);
            }
        }

        private void Buttons()
        {
            Wait("ARRIVED", "press ARRIVED", _parts.ArrivedButton);
            Wait("UNDO", "press UNDO", _parts.UndoButton);
            if (_parts.Beam != null)
            {
                Wait("beam", "cover the beam", _parts.Beam);
            }
        }

        private void Wait(string part, string words, IInputPin pin)
        {
            if (pin.IsActive)
            {
                Tell(part, false, "active without being touched: short to GND?");
                return;
            }

            Say(words);
            uint begun = Now;
            while (!pin.IsActive && Now - begun < HandMs)
            {
                _bench.Pause(TickMs);
            }

            Tell(part, pin.IsActive, pin.IsActive ? "seen" : "not seen in half a minute");
        }

        // Reports every scan. Once all codes of a node's card are read, the network can be tested.
        private void Scanner()
        {
            _scanner.Find();
            Say("scan the card");
            uint begun = Now;
            int bytes = 0;
            while (!_hasCard && Now - begun < 2 * HandMs)
            {
                int count = _scanner.Read(_input, bytes, _input.Length - bytes);
                bool isSilent = count == 0 && bytes > 0;
                bytes += count;
                if (isSilent)
                {
                    Take(bytes);
                    bytes = 0;
                }

                _bench.Pause(10 * TickMs);
            }

            Tell("scanner", _scanner.HasScanned, (_scanner.IsModule ? "module answers; " : "")
                + (_scanner.HasScanned ? (_hasCard ? "card read" : "codes received, no complete card")
                : "nothing received: TXD, RXD, supply?"));
        }

        private void Take(int bytes)
        {
            while (bytes > 0 && _input[bytes - 1] < ' ')
            {
                bytes--;
            }

            _bench.Say("     scanned " + bytes.ToString() + " bytes: " + Text.FromAscii(_input, 0, bytes < 24 ? bytes : 24));
            byte fault = CardFault.NotACard;
            if (Text.StartsWith(_input, 0, bytes, CardParts.Prefix))
            {
                fault = _cardParts.Add(_input, 0, bytes);
                fault = fault == CardFault.None ? _card.TryRead(_cardParts.CardText, 0, _cardParts.CardTextBytes) : fault;
            }
            else if (Text.StartsWith(_input, 0, bytes, EnrolmentCard.Prefix))
            {
                fault = _card.TryRead(_input, 0, bytes);
            }

            _hasCard = fault == CardFault.None;
        }

        private static string Utf8(byte[] text)
        {
            return System.Text.Encoding.UTF8.GetString(text, 0, text.Length);
        }
    }
}
