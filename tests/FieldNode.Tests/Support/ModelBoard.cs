using System.Text;
using System.Text.Json;
using FieldNode.Core.Health;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Device;
using FieldNode.Drivers;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Parts;

namespace FieldNode.Tests.Support;

/// <summary>
/// A board of hardware revision B, built from models: flash chip, scanner module, panel, buttons, radio, clock, battery. The device's own
/// program runs on it in simulated time, on its own thread, which takes turns with the test.
/// </summary>
internal sealed partial class ModelBoard : IBoardPower, IBoardMemory, IStatusText, IAnalogInput, ISystemTime, ITags, IDisposable
{
    private const int SealBytesMax = 64;

    private const uint StepMs = 5;
    private const int BootMs = 900;
    private const int ChipBytes = 2 * 1024 * 1024;

    private readonly SemaphoreSlim _programsTurn = new(0);
    private readonly SemaphoreSlim _testsTurn = new(0);
    private byte[] _glassSeen = []; // glass for which _shown is valid: tests look at each step, but the glass seldom changes
    private Dictionary<string, bool> _shown = [];
    private Thread? _thread;
    private Func<bool> _isDone = () => true;
    private bool _isOver;
    private bool _isOff = true;
    private uint _bootedAt;
    private uint _chance = 1;
    private ulong _systemUtcAtBoot;

    public ModelBoard()
    {
        Http = new ModelHttp(this);
        Time = new WorldTime(this);
        Flash = new W25qChip(NorCells.Erased(ChipBytes));
    }

    public W25qChip Flash { get; set; }

    public OledChip Oled { get; } = new();

    public ScannerModuleModel Scanner { get; } = new();

    public Ds3231Chip Rtc { get; } = new();

    public AccessPoint AccessPoint { get; } = new("Site-WLAN", "secret12");

    public ModelHttp Http { get; }

    public ModelPin Arrived { get; } = new();

    public ModelPin Undo { get; } = new();

    public ModelPin Buzzer { get; } = new();

    public ModelPin Lamp { get; } = new();

    public int BatteryMillivolts { get; set; } = 3900;

    /// <summary>The value that the platform's random generator always returns; null for a new value each time.</summary>
    public uint? FixedChance { get; init; }

    /// <summary>Thrown by the battery's input: an unexpected error.</summary>
    public Exception? Defect { get; set; }

    /// <summary>Thrown when a message's tag is computed. Seals, whose input is a few bytes, still work.</summary>
    public Exception? TagsDefect { get; set; }

    /// <summary>The simulated world's clock, for its host.</summary>
    public TimeProvider Time { get; }

    /// <summary>Simulated time in milliseconds, which also passes while the board is off.</summary>
    public uint WorldMs { get; private set; }

    public NodeProgram? Program { get; private set; }

    /// <summary>Number of starts so far.</summary>
    public int Boots { get; private set; }

    uint IBoardPower.Now => WorldMs - _bootedAt;

    ulong ISystemTime.UtcMs => _systemUtcAtBoot + (WorldMs - _bootedAt);

    /// <summary>Runs the board until a condition is true; the board restarts on its own, as a device does.</summary>
    public void RunUntil(Func<bool> isSo, string what, int withinMs = 60_000)
    {
        var end = WorldMs + withinMs;
        Run(() => isSo() || WorldMs >= end);
        if (!isSo())
        {
            Assert.Fail($"not reached after {withinMs} ms: {what}\n{string.Join(" ", Http.Posts.TakeLast(12))}\n"
                + $"{AccessPoint.State(WorldMs)} {AccessPoint.Attempts} joins, {Boots} starts\n{string.Join('\n', Picture())}");
        }
    }

    public void RunFor(int ms)
    {
        var end = WorldMs + ms;
        Run(() => WorldMs >= end);
    }

    public void Scan(string code)
    {
        Scanner.Scan(code);
        RunFor(400);
    }

    /// <summary>Whether the glass shows a text in the screens' font, normal or inverted.</summary>
    public bool Shows(string text)
    {
        var glass = Oled.Glass();
        if (!glass.AsSpan().SequenceEqual(_glassSeen))
        {
            (_glassSeen, _shown) = (glass, []);
        }

        return _shown.TryGetValue(text, out var isShown) ? isShown : _shown[text] = IsOn(glass, text)
            || IsOn([.. glass.Select(column => (byte)~column)], text);
    }

    private static bool IsOn(byte[] glass, string text)
    {
        var canvas = new Canvas();
        var width = canvas.DrawText(text, 0, 0);
        var (upper, lower) = (canvas.Bytes.AsSpan(0, width).ToArray(), canvas.Bytes.AsSpan(Canvas.Width, width).ToArray());
        return Enumerable.Range(0, Canvas.Pages - 1).Any(page => Enumerable.Range(0, Canvas.Width - width + 1).Any(x =>
            glass.AsSpan(page * Canvas.Width + x, width).SequenceEqual(upper) && glass.AsSpan((page + 1) * Canvas.Width + x, width)
                .SequenceEqual(lower)));
    }

    /// <summary>The glass as text, for failure messages.</summary>
    public IEnumerable<string> Picture()
    {
        var glass = Oled.Glass();
        bool Lit(int x, int y) => (glass[y / 8 * Canvas.Width + x] >> (y % 8) & 1) != 0;
        return Enumerable.Range(0, Canvas.Height / 2)
            .Select(row => string.Concat(Enumerable.Range(0, Canvas.Width).Select(x => (Lit(x, 2 * row), Lit(x, 2 * row + 1)) switch
        {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            _ => ' ',
        })));
    }

    public bool Shows(int word) => Shows(ScreenWords.Word(word, ScreenWords.Chinese));

    /// <summary>Pulls the battery and puts it back after a while; flash and clock keep their content.</summary>
    public void CutPower(int forMs = 3000)
    {
        Flash.Cells.CutAt(Flash.Cells.Steps);
        Stop();
        _isOff = true;
        WorldMs += (uint)forMs;
    }

    public void Dispose()
    {
        Stop();
        Http.Dispose();
        _programsTurn.Dispose();
        _testsTurn.Dispose();
    }

    // Most rests end at once. Only the condition a test waits for, or a restart, gives the turn back to the test's thread.
    void IBoardPower.Rest()
    {
        if (!Program!.WantsRestart && !IsDone())
        {
            PassTime();
            return;
        }

        _testsTurn.Release();
        _programsTurn.Wait();
        if (_isOver)
        {
            throw new PowerCutException();
        }
    }

    uint IBoardPower.Chance() => FixedChance ?? (_chance++ * 2654435761) ^ WorldMs;

    int IAnalogInput.ReadMillivolts() => Defect is null ? BatteryMillivolts : throw Defect;

    void ITags.Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
    {
        if (TagsDefect is not null && count > SealBytesMax)
        {
            throw TagsDefect;
        }

        new Tags().Compute(key, buffer, offset, count, tag, tagOffset);
    }

    byte[] IStatusText.Write(NodeStatus status) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(status));

    void IBoardMemory.Measure(NodeHealth health) => (health.HeapFree, health.NativeFree, health.NativeLargest) =
        (3_790_000, 92_000, 61_000);

    uint ISystemTime.Ticks => WorldMs - _bootedAt;

    void ISystemTime.Set(ulong utcMs) => _systemUtcAtBoot = (utcMs / 1000 * 1000) - (WorldMs - _bootedAt);

    private BoardParts Parts()
    {
        return new BoardParts
        {
            Name = "rev-b",
            FlashBus = new ModelSpi(Flash),
            Oled = new ModelOledBus(Oled),
            ScannerLine = new ModelLine(Scanner),
            ArrivedButton = Arrived,
            UndoButton = Undo,
            Buzzer = Buzzer,
            Lamp = Lamp,
            BatteryInput = this,
            Rtc = new ModelI2c(Rtc),
            Radio = new WifiRadio(new ModelStation(AccessPoint, () => WorldMs)),
            Http = Http,
            SystemTime = this,
            Tags = this,
            StatusText = this,
            Memory = this,
            Power = this,
        };
    }

    private sealed class WorldTime(ModelBoard board) : TimeProvider
    {
        private static readonly DateTimeOffset s_morning = new(2026, 11, 24, 6, 30, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => s_morning.AddMilliseconds(board.WorldMs);
    }
}
