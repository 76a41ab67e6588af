using System.Text.Json;
using FieldNode.Device;
using FieldNode.Drivers;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Parts;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Timing;

/// <summary>Troubles and loads while people are scanned.</summary>
internal enum Trouble
{
    None,

    /// <summary>The access point goes away and comes back; the host is away or does not answer.</summary>
    Network,

    /// <summary>A new roster every few minutes.</summary>
    Roster,

    /// <summary>Each erase takes 400 ms, each program 3 ms.</summary>
    Flash,

    /// <summary>A scanner without a terminator: a code ends by silence.</summary>
    NoTerminator,

    /// <summary>All of the above, each coming and going.</summary>
    Mixed,

    /// <summary>The panel's bus hangs from its first screen on.</summary>
    StuckPanel,
}

/// <summary>Settings of a run.</summary>
/// <param name="OverTls">True if the card has an https address.</param>
/// <param name="HasNoHost">True if the card names an unknown host.</param>
internal sealed record TimedRun(int Seed, int Scans, Trouble[] Troubles, bool OverTls = false, bool HasNoHost = false);

/// <summary>Results of a run.</summary>
/// <param name="Beeps">For each trouble, the times from a code's end to its beep, in ms, sorted.</param>
/// <param name="Unheard">Codes that arrived while a more important rhythm was sounding, which continues and replaces the beep.</param>
/// <param name="Stops">TLS handshakes and name lookups after the first scan.</param>
/// <param name="LongestLoopMs">The longest loop round while people were scanned, by trouble.</param>
internal sealed record TimedResult(Dictionary<Trouble, double[]> Beeps, int Unheard, int Stops, int Uploaded,
    Dictionary<Trouble, double> LongestLoopMs, string[] Mistakes, int StuckTransfers);

/// <summary>The device's own program at a lane, with every step charged.</summary>
internal sealed partial class TimedLane : IDisposable
{
    private const int ChipBytes = 2 * 1024 * 1024;
    private const double GapUs = 100_000; // NodeSettings.IdleGapMs

    private readonly TimedRun _run;
    private readonly Random _random;
    private readonly DeviceTime _time;
    private readonly TestHost _host;
    private readonly HttpClient _client = new();
    private readonly AccessPoint _network = new("Site-WLAN", "secret12");
    private readonly W25qChip _flash = new(NorCells.Erased(ChipBytes));
    private readonly OledChip _panel = new();
    private readonly TimedOledBus _panelBus;
    private readonly TimedLine _line;
    private readonly TimedHttp _http;
    private readonly TimedPin _buzzer;
    private readonly TimedPower _power;
    private readonly Dictionary<Trouble, List<double>> _beeps = [];
    private readonly Dictionary<Trouble, double> _longest = [];
    private readonly IEnumerator<double> _script;
    private readonly List<string> _people;
    private NodeProgram _program = null!;
    private Trouble _trouble;
    private double _nextAt = 1_000_000;
    private double _loopedAt;
    private double _roundBegan;
    private double _changedAt;
    private Exception? _fault;
    private int _starts;
    private bool _isOver;
    private bool _isMeasuring;
    private int _unheard;
    private int _stopsBefore;

    private TimedLane(TimedRun run, TestHost host)
    {
        _run = run;
        _host = host;
        _random = new Random(run.Seed);
        _time = new DeviceTime(new Random(run.Seed + 1));
        _panelBus = new TimedOledBus(_time, _panel);
        _line = new TimedLine(_time);
        _http = new TimedHttp(_time, _client, new Random(run.Seed + 2));
        _buzzer = new TimedPin(_time);
        _power = new TimedPower(_time, new Random(run.Seed + 3), EveryLoop);
        _script = Script().GetEnumerator();
        _people = [.. SampleRoster.Residents.Select(resident => resident.Code).Concat(People.Generate(run.Scans, _random)).Distinct()];
        _time.Forget();
    }

    /// <summary>
    /// Takes a <see cref="TimedRun"/> and returns a <see cref="TimedResult"/>, both as JSON, because it is called across the border of <see
    /// cref="MeteredFirmware"/>.
    /// </summary>
    public static string Run(string argument)
    {
        var host = TestHost.Start().GetAwaiter().GetResult();
        using var lane = new TimedLane(JsonSerializer.Deserialize<TimedRun>(argument)!, host);
        lane.RunProgram();
        if (lane._fault is { } fault)
        {
            throw new InvalidOperationException($"{lane._trouble}: {fault.Message}", fault);
        }

        var uploaded = (int)host.Records();
        host.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return JsonSerializer.Serialize(lane.Result(uploaded));
    }

    public void Dispose() => _client.Dispose();

    private TimedResult Result(int uploaded)
    {
        return new TimedResult(_beeps.ToDictionary(beeps => beeps.Key, beeps => beeps.Value.Order().ToArray()), _unheard,
            _http.Stops - _stopsBefore, uploaded, _longest, [.. _flash.Mistakes, .. _panel.Mistakes], _panelBus.StuckTransfers);
    }

    private void RunProgram()
    {
        while (!_isOver)
        {
            _starts++;
            _program = new NodeProgram(new Board(Parts()));
            _program.Run();
            if (!_isOver && _isMeasuring)
            {
                _fault ??= new InvalidOperationException("the program restarted: " + LastFault());
                _isOver = true;
            }
        }
    }

    private string LastFault()
    {
        var faults = LogRecords.Read(_program.Node!.Log).Select(record => record.Frame)
            .Where(frame => Frame.Type(frame, 0) == RecordType.Faulted);
        return faults.LastOrDefault() is { } fault ? System.Text.Encoding.ASCII.GetString(fault[Frame.HeadBytes..])
            : "no reason is recorded";
    }

    // The end of the script ends the program, as pulling the battery would.
    private void EveryLoop()
    {
        var now = _time.Us;
        _roundBegan = _loopedAt;
        if (_isMeasuring && _loopedAt > 0)
        {
            _longest[_trouble] = Math.Max(_longest.GetValueOrDefault(_trouble), (now - _loopedAt) / 1000);
            Worsen(now);
            _time.Forget();
        }

        _loopedAt = now;
        while (now >= _nextAt && !_isOver)
        {
            _isOver = !Advance();
        }

        _time.Forget();
        if (_isOver)
        {
            throw new PowerCutException();
        }
    }

    // The program handles any exception as its own, records it and restarts, so exceptions in the script are kept separately.
    private bool Advance()
    {
        try
        {
            var goesOn = _script.MoveNext();
            _nextAt = _script.Current;
            return goesOn;
        }
        catch (InvalidOperationException e)
        {
            _fault = e;
            return false;
        }
    }

    private BoardParts Parts()
    {
        _flash.PowerOn();
        _panel.PowerOn();
        _network.Forget();
        return new BoardParts
        {
            Name = "rev-b",
            FlashBus = new TimedSpi(_time, _flash),
            Oled = _panelBus,
            ScannerLine = _line,
            ArrivedButton = new TimedPin(_time),
            UndoButton = new TimedPin(_time),
            Beam = new TimedPin(_time),
            Buzzer = _buzzer,
            Lamp = new TimedPin(_time),
            BatteryInput = _power,
            Rtc = new TimedI2c(_time, new Ds3231Chip()),
            Radio = new WifiRadio(new TimedStation(_time, _network)),
            Http = _http,
            SystemTime = _power,
            Tags = new TimedTags(_time),
            StatusText = new TimedStatus(_time),
            Power = _power,
        };
    }
}
