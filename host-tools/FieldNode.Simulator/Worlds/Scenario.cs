using FieldNode.Simulator.Uplink;

namespace FieldNode.Simulator.Worlds;

/// <summary>A day to replay: sites with lanes, their people, and what goes wrong. Times are seconds of simulated time.</summary>
public sealed record Scenario
{
    /// <summary>A4: one site, three lanes, groups of ten; the Wi-Fi goes, a battery is pulled in the middle of a write, the host is killed.</summary>
    public static readonly Scenario Site = new()
    {
        Name = "site",
        Sites = 1,
        Lanes = 3,
        People = 600,
        SecondsPerPerson = 21.6,
        LinkOutages = [new Outage(1200, 900)],
        HostOutages = [new Outage(2700, 240)],
        PowerCuts = [new PlannedCut(1, 1500), new PlannedCut(1, 3000)],
    };

    /// <summary>A2: a subdistrict's 22,000 people in one shift, 11 nodes at 5 sites.</summary>
    public static readonly Scenario Subdistrict = new()
    {
        Name = "subdistrict",
        Sites = 5,
        Lanes = 11,
        People = 22_000,
        SecondsPerPerson = 21.6,
        GatherSeconds = 30,
        StepMs = 50,
        LinkOutages = [new Outage(3600, 5400), new Outage(20_000, 1200)],
        HostOutages = [new Outage(14_400, 3600), new Outage(36_000, 600)],
        PowerCuts = [.. Enumerable.Range(0, 11).Select(lane => new PlannedCut(lane, 2000 + 3500 * lane))],
    };

    public static readonly IReadOnlyList<Scenario> All = [Site, Subdistrict];

    public required string Name { get; init; }

    public required int Sites { get; init; }

    /// <summary>Lanes of all sites; one node each.</summary>
    public required int Lanes { get; init; }

    public required int People { get; init; }

    /// <summary>Mean time between two people of a lane (A2: 2,000 people in 12 hours).</summary>
    public required double SecondsPerPerson { get; init; }

    public int GroupSize { get; init; } = 10;

    public int FlashBytes { get; init; } = 256 * 1024;

    /// <summary>How long records wait for company before an upload.</summary>
    public int GatherSeconds { get; init; } = 5;

    /// <summary>Step of simulated time.</summary>
    public int StepMs { get; init; } = 20;

    /// <summary>Wi-Fi gone for everybody.</summary>
    public IReadOnlyList<Outage> LinkOutages { get; init; } = [];

    /// <summary>Host killed, and started again at the end.</summary>
    public IReadOnlyList<Outage> HostOutages { get; init; } = [];

    /// <summary>From then on, the next write of this lane is cut in its middle.</summary>
    public IReadOnlyList<PlannedCut> PowerCuts { get; init; } = [];

    public LinkQuality Link { get; init; } = new();
}

public sealed record Outage(int AtSecond, int Seconds);

public sealed record PlannedCut(int Lane, int AtSecond);

/// <summary>What one lane is to do, and how its scanner is set up.</summary>
public sealed record LanePlan(string Site, string Lane, string TubePrefix, IReadOnlyList<string> People, int GroupSize, double SecondsPerPerson)
{
    public string ScannerPrefix { get; init; } = "";

    public string Terminator { get; init; } = "\r";

    public bool LowerCaseX { get; init; }
}
