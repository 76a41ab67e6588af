using System.Text.Json.Serialization;

namespace FieldNode.Simulator.Worlds;

/// <summary>A day to replay, read from a file (docs/scenarios.md): sites with lanes, what their volunteers do, what goes wrong, and what
/// must be true at the end. Times are seconds of simulated time.</summary>
public sealed record Scenario
{
    public required string Name { get; init; }

    /// <summary>An alternative name.</summary>
    public string? Alias { get; init; }

    /// <summary>The row of docs/field-facts.md that it replays, such as A9.</summary>
    public required string Row { get; init; }

    public required string Title { get; init; }

    /// <summary>The row's promise in one sentence; <see cref="Expect"/> checks it.</summary>
    public required string Promise { get; init; }

    public int Sites { get; init; } = 1;

    /// <summary>Number of hosts. The sites are divided among them, and their logs are merged into one at the end.</summary>
    public int Hosts { get; init; } = 1;

    /// <summary>Number of lanes at all sites, with one node each.</summary>
    public required int Lanes { get; init; }

    /// <summary>Lanes, counted from 1, whose node is never switched on.</summary>
    public IReadOnlyList<int> AbsentLanes { get; init; } = [];

    /// <summary>Number of people at all lanes together.</summary>
    public required int People { get; init; }

    /// <summary>Number of households among which the people are divided; 0 for no roster.</summary>
    public int Households { get; init; }

    /// <summary>Number of buildings among which the households are divided, in calling order.</summary>
    public int Buildings { get; init; } = 1;

    /// <summary>True if the node stores its site's roster.</summary>
    public bool RosterOnNode { get; init; }

    /// <summary>Mean time between two people at a lane.</summary>
    public required double SecondsPerPerson { get; init; }

    public int FlashKilobytes { get; init; } = 256;

    /// <summary>How long to collect records before an upload.</summary>
    public int GatherSeconds { get; init; } = 5;

    /// <summary>Simulation step in milliseconds while something happens.</summary>
    public int StepMs { get; init; } = 20;

    /// <summary>The work of each lane's volunteer, in order.</summary>
    public required IReadOnlyList<WorkItem> Plan { get; init; }

    /// <summary>Different plans for single lanes or ranges, numbered from 1: "2", "2-9".</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<WorkItem>> Plans { get; init; } = new Dictionary<string, IReadOnlyList<WorkItem>>();

    /// <summary>Wi-Fi outages at all lanes.</summary>
    public IReadOnlyList<Outage> LinkOutages { get; init; } = [];

    /// <summary>Host outages: all hosts are killed, then restarted at the end.</summary>
    public IReadOnlyList<Outage> HostOutages { get; init; } = [];

    /// <summary>Power cuts: from that second on, the next write of this lane (from 1) is interrupted in the middle.</summary>
    public IReadOnlyList<PlannedCut> PowerCuts { get; init; } = [];

    /// <summary>Required figures: "= 22000", "&gt;= 1833", "&lt;= 0.1". A match with the ground truth is always required.</summary>
    public required IReadOnlyDictionary<string, string> Expect { get; init; }
}

public sealed record Outage(int AtSecond, int Seconds);

public sealed record PlannedCut(int Lane, int AtSecond);

/// <summary>One item of a lane's plan; exactly one kind of work is set.</summary>
public sealed record WorkItem
{
    /// <summary>A code to scan; {lane} is the lane's number, {site} the name of its site.</summary>
    public string? Scan { get; init; }

    /// <summary>With <see cref="Scan"/>: the reason for which the lane must refuse it.</summary>
    public string? Refused { get; init; }

    /// <summary>With <see cref="Scan"/>: true if the lane must ask for a second scan.</summary>
    public bool Asked { get; init; }

    /// <summary>Idle time in seconds.</summary>
    public int? WaitSeconds { get; init; }

    public GroupWork? Groups { get; init; }

    public PlaceWork? Homes { get; init; }

    public PlaceWork? Stops { get; init; }

    public TrainingWork? Training { get; init; }

    [JsonIgnore]
    internal int Given => new object?[] { Scan, WaitSeconds, Groups, Homes, Stops, Training }.Count(part => part is not null);
}

/// <summary>People come in groups: the group arrives, a tube is scanned, then each person.</summary>
public sealed record GroupWork
{
    /// <summary>Number of people; if absent, all remaining people of the lane.</summary>
    public int? People { get; init; }

    /// <summary>People per tube, as set with <c>FN:SIZE</c>.</summary>
    public int Size { get; init; } = 10;

    /// <summary>True if the people already sampled come again, from the first on.</summary>
    public bool Again { get; init; }

    /// <summary>Every Nth person is of <see cref="NextCategory"/>, set by a card for the next person only.</summary>
    public int NextEvery { get; init; }

    public string NextCategory { get; init; } = "elder";

    /// <summary>Every Nth person has a fever and is not sampled; <see cref="IsolateEvery"/>: every Nth person goes to isolation.</summary>
    public int FeverEvery { get; init; }

    public int IsolateEvery { get; init; }

    /// <summary>Every Nth person has no papers.</summary>
    public int NoPapersEvery { get; init; }

    /// <summary>Every Nth person shows a booking code instead of an ID card.</summary>
    public int BookingEvery { get; init; }

    /// <summary>Every Nth person is not on a roster.</summary>
    public int StrangerEvery { get; init; }

    /// <summary>Number of tubes after which a bag is packed, sealed and handed over to the driver; 0 for no bags.</summary>
    public int BagEvery { get; init; }

    /// <summary>True if each group is called by card.</summary>
    public bool Call { get; init; }
}

/// <summary>Visits to households or stops: each is opened by its code, its people are sampled, and it is closed.</summary>
public sealed record PlaceWork
{
    /// <summary>Number of visits; if absent, all of the lane's households. For stops, the lane's households are divided among this many
    /// stops.</summary>
    public int? Count { get; init; }

    /// <summary>True to start again from the first household.</summary>
    public bool Again { get; init; }

    /// <summary>People per tube; a place's last tube is closed when the place is done.</summary>
    public int Size { get; init; } = 10;
}

/// <summary>Volunteers are trained at this lane one after another, with practice people.</summary>
public sealed record TrainingWork
{
    public required int Volunteers { get; init; }

    /// <summary>Number of practice people per volunteer.</summary>
    public required int People { get; init; }

    /// <summary>Share of practice people for whom the volunteer forgets the category, 0 to 1.</summary>
    public double Mistakes { get; init; }
}
