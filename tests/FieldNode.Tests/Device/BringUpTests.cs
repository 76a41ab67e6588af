using System.Text;
using FieldNode.BringUp;
using FieldNode.Core.Health;
using FieldNode.Device;
using FieldNode.Drivers;
using FieldNode.Host.Cards;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Parts;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Device;

/// <summary>The bring-up program, on a board whose parts work and on one whose parts do not.</summary>
public sealed class BringUpTests : IBench, IBoardPower, IBoardMemory, IAnalogInput
{
    private readonly W25qChip _flash = new(NorCells.Erased(2 * 1024 * 1024));
    private readonly OledChip _panel = new();
    private readonly ScannerModuleModel _scanner = new();
    private readonly Ds3231Chip _clock = new();
    private readonly AccessPoint _network = new("Site-WLAN", "secret12");
    private readonly ModelPin _arrived = new();
    private readonly ModelPin _undo = new();
    private readonly ModelPin _beam = new();
    private readonly ModelPin _buzzer = new();
    private readonly OneHost _host = new();
    private readonly List<string> _lines = [];
    private readonly List<byte> _beeps = [];
    private uint _now;
    private bool _isBroken;

    uint IBoardPower.Now => _now;

    [Fact]
    public void On_a_board_that_works_every_part_is_told_so_with_its_figures()
    {
        Run();

        Assert.Contains("ok   memory: native 92K, largest 61K [3701K free]", _lines);
        Assert.Contains("ok   i2c: answers at 3C 57 68 [3701K free]", _lines);
        Assert.Contains(_lines, line => line.StartsWith("ok   flash: EF4015 2 MB; erase ", StringComparison.Ordinal));
        Assert.Contains("ok   battery: 3900 to 3900 mV: measure it and note both [3701K free]", _lines);
        Assert.Contains(_lines, line => line.StartsWith("ok   host: answers after ", StringComparison.Ordinal));
        Assert.Equal("12 ok, 0 failed", _lines[^1]);
        Assert.Empty(_flash.Mistakes);
        Assert.Empty(_panel.Mistakes);
        Assert.Equal(3, _beeps.Count);
        Assert.DoesNotContain(_flash.Cells.Bytes, value => value != 0xFF); // the test left nothing on the chip
        Assert.Contains(_panel.Glass(), value => value != 0);
        Assert.Equal(["/v1/status"], _host.Paths); // the card's claim was not used
    }

    [Fact]
    public void On_a_board_with_nothing_but_a_chip_each_part_says_what_to_look_at()
    {
        _isBroken = true;
        _panel.IsMissing = true;
        _flash.IsUnplugged = true;
        _scanner.IsUnplugged = true;
        _undo.IsActive = true;
        Run();

        Assert.Contains("FAIL memory: PSRAM missing or not found; native 92K, largest 61K [58K free]", _lines);
        Assert.Contains("FAIL i2c: no part answers: SDA, SCL, supply? [58K free]", _lines);
        Assert.Contains("FAIL panel: no answer at 3C [58K free]", _lines);
        Assert.Contains(_lines, line => line.StartsWith("FAIL flash: no known chip", StringComparison.Ordinal));
        Assert.Contains("FAIL UNDO: active without being touched: short to GND? [58K free]", _lines);
        Assert.Contains("FAIL ARRIVED: not seen in half a minute [58K free]", _lines);
        Assert.Contains("FAIL scanner: nothing received: TXD, RXD, supply? [58K free]", _lines);
        Assert.Contains("FAIL wifi: no card with Wi-Fi settings was scanned [58K free]", _lines);
        Assert.EndsWith(" failed", _lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_chip_that_is_in_use_keeps_every_byte()
    {
        new Random(7).NextBytes(_flash.Cells.Bytes);
        var before = _flash.Cells.Bytes.ToArray();
        Run();

        Assert.True(before.SequenceEqual(_flash.Cells.Bytes));
        Assert.Contains(_lines, line => line.Contains("no erased sector, not tested", StringComparison.Ordinal));
    }

    private void Run()
    {
        var program = new BringUpProgram(new BoardParts
        {
            Name = "rev-b",
            FlashBus = new ModelSpi(_flash),
            Oled = new ModelOledBus(_panel),
            ScannerLine = new ModelLine(_scanner),
            ArrivedButton = _arrived,
            UndoButton = _undo,
            Beam = _beam,
            Buzzer = _buzzer,
            Lamp = new ModelPin(),
            BatteryInput = this,
            Rtc = _isBroken ? new NoPart() : new ModelI2c(_clock),
            Radio = new WifiRadio(new ModelStation(_network, () => _now)),
            Http = _host,
            Memory = this,
            Power = this,
        }, this);
        program.Run();
    }

    // Acts as the technician: does what the board asks for, unless no parts are connected.
    void IBench.Say(string line)
    {
        _lines.Add(line);
        if (_isBroken)
        {
            return;
        }

        _arrived.IsActive |= line == "press ARRIVED";
        _undo.IsActive |= line == "press UNDO";
        _beam.IsActive |= line == "cover the beam";
        if (line == "scan the card")
        {
            var network = new CardNetwork("http://10.0.0.5:8080", "Site-WLAN", "secret12", "zh", new byte[300]);
            foreach (var code in EnrolmentCards.Codes(EnrolmentCards.Text(EnrolmentCards.NewNode("lane-1", "S", "L1"), 7, network)))
            {
                _codes.Enqueue(code);
            }
        }
    }

    private readonly Queue<string> _codes = new();

    bool IBench.Answers(int address) => !_isBroken && address == 0x57; // the EEPROM beside a DS3231

    void IBench.Pause(int milliseconds)
    {
        _now += (uint)milliseconds;
        _scanner.Now = _now;
        _clock.WorldMs = _now;
        _flash.AdvanceTo(_now * 1000.0);
        if (_buzzer.IsActive)
        {
            _beeps.Add(1);
        }

        if (_codes.Count > 0 && _now % 600 < 100)
        {
            _scanner.Scan(_codes.Dequeue());
        }
    }

    void IBoardPower.Rest() => throw new NotSupportedException();

    uint IBoardPower.Chance() => 4;

    void IBoardMemory.Measure(NodeHealth health) => (health.HeapFree, health.NativeFree, health.NativeLargest) =
        (_isBroken ? 60_000u : 3_790_000u, 95_000, 63_000);

    int IAnalogInput.ReadMillivolts() => 3900;

    private sealed class NoPart : II2cPart
    {
        public bool Transfer(byte[] written, int writeCount, byte[] read, int readCount) => false;
    }

    private sealed class OneHost : IHttpPost
    {
        public List<string> Paths { get; } = [];

        public byte[] Answer { get; } = Encoding.ASCII.GetBytes("{}");

        public int AnswerCount => Answer.Length;

        public bool Begin(string url, string contentType, byte[] body, byte[] certificate)
        {
            Paths.Add(new Uri(url).AbsolutePath);
            return true;
        }

        public int Poll() => 400;

        public string LookUp(string name) => "";
    }
}
