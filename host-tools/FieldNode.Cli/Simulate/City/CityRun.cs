using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using FieldNode.Answers;
using FieldNode.Host.Cards;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Simulator.Load;

namespace FieldNode.Cli.Simulate.City;

/// <summary>State of the run at one moment.</summary>
/// <param name="Waiting">Records that were made but not yet acknowledged.</param>
/// <param name="HostMb">Memory of the host that uses the most.</param>
internal sealed record CityMoment(double Hour, double Seconds, long Made, long Acknowledged, long Waiting, double HostMb, long Refused);

/// <summary>Result of a city's run.</summary>
internal sealed record CityResult(CityScenario City, int Seed, IReadOnlyDictionary<string, double> Figures, IReadOnlyList<Check> Checks,
    IReadOnlyList<CityMoment> Moments, TimeSpan Took)
{
    public bool IsKept => Checks.All(check => check.Holds);
}

/// <summary>Replays a city's day against real hosts in their own processes, kills them for the outage, and compares their final data with
/// what was recorded.</summary>
internal sealed partial class CityRun : IDisposable
{
    private const int LookMs = 20;
    private const int MomentMs = 250;
    private const long StuckMs = 120_000;
    private const double SecondsPerHour = 3600;

    // Must be 0, besides the file's own expectations.
    private static readonly string[] s_zero = ["lost", "extra", "doubled", "conflicts", "twiceWrong"];

    private readonly CityScenario _city;
    private readonly string? _database;
    private readonly string _directory;
    private readonly List<CityHost> _hosts = [];
    private readonly List<CityLane> _lanes = [];
    private readonly List<CityMoment> _moments = [];
    private readonly Stopwatch _clock = new();
    private readonly Channel<CityLane> _ready = Channel.CreateUnbounded<CityLane>();
    private readonly long[] _uploads = new long[Enum.GetValues<Upload>().Length];
    private readonly Random _random;
    private readonly int _seed;
    private long _acknowledged;
    private long _progressMs;
    private int _next;

    private CityRun(CityScenario city, int seed, string? database, string directory)
    {
        (_city, _seed, _database, _directory) = (city, seed, database, directory);
        _random = new Random(seed);
    }

    /// <param name="database">Address of an empty database that the city's hosts share; null for one host on a file.</param>
    /// <param name="keep">Directory that keeps the hosts' data; null to delete the data.</param>
    public static async Task<CityResult> Run(CityScenario city, int seed, string? database, string? keep, Action<CityMoment> progress,
        CancellationToken cancel)
    {
        var directory = keep ?? Directory.CreateTempSubdirectory("fieldnode-city-").FullName;
        try
        {
            using var run = new CityRun(city, seed, database, directory);
            return await run.Run(progress, cancel);
        }
        finally
        {
            if (keep is null)
            {
                Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    public void Dispose()
    {
        _hosts.ForEach(host => host.Dispose());
    }

    private double CompressedBy => _city.Hours * 60 / _city.Minutes;

    private double Hour => _clock.Elapsed.TotalSeconds * CompressedBy / SecondsPerHour;

    private async Task<CityResult> Run(Action<CityMoment> progress, CancellationToken cancel)
    {
        var store = Prepare();
        await Task.WhenAll(_hosts.Select(host => host.Start(cancel)));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _clock.Start();
        Task[] work = [.. Enumerable.Range(0, _city.Connections).Select(_ => Task.Run(() => Work(end.Token), CancellationToken.None))];
        double drainSeconds;
        try
        {
            drainSeconds = await Day(progress, work, cancel);
        }
        finally
        {
            _ready.Writer.TryComplete();
            await end.CancelAsync();
        }

        await Task.WhenAll(work);
        _clock.Stop();
        _hosts.ForEach(host => host.Kill()); // acknowledged records must be on disk without a clean shutdown
        var figures = Figures(store, drainSeconds);
        return new CityResult(_city, _seed, figures,
            [.. s_zero.Select(name => (name, "= 0")).Concat(_city.Expect.Select(expected => (expected.Key, expected.Value)))
            .Select(expected => CheckOf(figures, expected.Item1, expected.Item2))], _moments, _clock.Elapsed);
    }

    private HostStore Prepare()
    {
        var data = Path.Combine(_directory, "host-1");
        var store = AnsweringStore.Open(data, database: _database);
        var nodes = Enumerable.Range(1, _city.Nodes)
            .Select(i => EnrolmentCards.NewNode($"lane-{i}", $"site-{i / 10}", $"L{i}") with
            {
                Key = RandomNumberGenerator.GetBytes(ClaimMessage.KeyBytes),
            }).ToList();
        new NodeRegistry(store, TimeProvider.System).Add(nodes);
        var ticks = (uint)(_city.Hours * SecondsPerHour * 1000 / LaneLog.RecordsOf(PeopleAt(1)));
        for (var i = 1; i <= _city.Nodes; i++)
        {
            var (node, number) = (nodes[i - 1], i);
            var log = new LaneLog(node.Id, node.Key!, store.HostId, i, node.Site, node.Lane, ticks,
                sequence => LaneLog.PersonCode(IsFirst(sequence) && _city.HasDuplicatePerson(number) ? number - 1 : number, sequence));
            _lanes.Add(new CityLane(log, LaneLog.RecordsOf(PeopleAt(i)), _city.LostAnswers, new Random(_seed + i)));
        }

        for (var i = 1; i <= (_database is null ? 1 : _city.Hosts); i++)
        {
            var own = Path.Combine(_directory, $"host-{i}");
            if (i > 1)
            {
                File.Copy(data + ".key", own + ".key");
            }

            _hosts.Add(new CityHost(own, _database, _city.Connections));
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return store;
    }

    private static bool IsFirst(uint sequence) => sequence == LaneLog.Head + 2; // the first person, after the first tube's record

    private int PeopleAt(int lane) => _city.People / _city.Nodes + (lane <= _city.People % _city.Nodes ? 1 : 0);

    // Runs until everything is acknowledged. Returns the seconds from the end of the outage until no lane had a batch to send.
    private async Task<double> Day(Action<CityMoment> progress, Task[] work, CancellationToken cancel)
    {
        var total = _lanes.Sum(lane => (long)lane.Records);
        var (isOut, wasOut, backAt, drained) = (false, _city.OutageHours == 0, TimeSpan.Zero, TimeSpan.Zero);
        for (long moment = 0; Interlocked.Read(ref _acknowledged) < total;)
        {
            cancel.ThrowIfCancellationRequested();
            await (Array.Find(work, task => task.IsFaulted) ?? Task.CompletedTask);
            if (!wasOut && !isOut && Hour >= _city.OutageAtHour)
            {
                _hosts.ForEach(host => host.Kill());
                isOut = true;
            }
            else if (isOut && Hour >= _city.OutageAtHour + _city.OutageHours)
            {
                await Task.WhenAll(_hosts.Select(host => host.Start(cancel)));
                (isOut, wasOut, backAt) = (false, true, _clock.Elapsed);
            }

            var waits = Distribute();
            drained = wasOut && _city.OutageHours > 0 && drained == TimeSpan.Zero && !waits ? _clock.Elapsed : drained;
            if (_clock.ElapsedMilliseconds >= moment)
            {
                moment = _clock.ElapsedMilliseconds + MomentMs;
                _moments.Add(Look());
                progress(_moments[^1]);
                CheckProgress(isOut);
            }

            await Task.Delay(LookMs, cancel);
        }

        _moments.Add(Look());
        return Math.Max(0, ((drained == TimeSpan.Zero ? _clock.Elapsed : drained) - backAt).TotalSeconds);
    }

    // Queues each idle lane that has a batch to send. Returns whether any lane has one.
    private bool Distribute()
    {
        var (share, now, waits) = (ShareAt(Hour), _clock.ElapsedMilliseconds, false);
        foreach (var lane in _lanes)
        {
            if (!lane.HasWork((uint)(share * lane.Records)))
            {
                continue;
            }

            waits = true;
            if (!lane.IsBusy && lane.NotBeforeMs <= now)
            {
                lane.IsBusy = true;
                _ready.Writer.TryWrite(lane);
            }
        }

        return waits;
    }

    private async Task Work(CancellationToken cancel)
    {
        try
        {
            await foreach (var lane in _ready.Reader.ReadAllAsync(cancel))
            {
                var host = _hosts[(int)((uint)Interlocked.Increment(ref _next) % (uint)_hosts.Count)]; // any node to any host
                var before = lane.Acknowledged;
                var what = await lane.Send(host.Client, (uint)(ShareAt(Hour) * lane.Records), () => _clock.ElapsedMilliseconds, cancel);
                Interlocked.Increment(ref _uploads[(int)what]);
                if (what == Upload.Acknowledged)
                {
                    Interlocked.Add(ref _acknowledged, lane.Acknowledged - before);
                    Interlocked.Exchange(ref _progressMs, _clock.ElapsedMilliseconds);
                }

                lane.IsBusy = false;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // the day is over
        }
    }

    // Share of the day's records made by this hour. The rate is twice the average at midday, and zero at the start and end.
    private double ShareAt(double hour)
    {
        var day = Math.Clamp(hour / _city.Hours, 0, 1);
        return day < 0.5 ? 2 * day * day : 1 - 2 * (1 - day) * (1 - day);
    }

    private CityMoment Look()
    {
        var made = _lanes.Sum(lane => (long)(ShareAt(Hour) * lane.Records));
        var acknowledged = Interlocked.Read(ref _acknowledged);
        return new CityMoment(Hour, _clock.Elapsed.TotalSeconds, made, acknowledged, Math.Max(0, made - acknowledged),
            _hosts.Max(host => host.Look()), _uploads[(int)Upload.Refused]);
    }

    private void CheckProgress(bool isOut)
    {
        if (!isOut && Hour >= _city.Hours && _clock.ElapsedMilliseconds - Interlocked.Read(ref _progressMs) > StuckMs)
        {
            throw new HostFault("simulation-stuck", ExitCode.Failed, $"the hosts have acknowledged nothing for {StuckMs / 1000} seconds",
                $"主机已有 {StuckMs / 1000} 秒未确认任何记录");
        }
    }
}
