using System.Text.Json.Serialization;

namespace FieldNode.Simulator.Worlds;

/// <summary>
/// A day to replay, as it stands in a file (docs/scenarios.md): sites with lanes, what their volunteers do, what goes wrong, and what must
/// be true in the end. Times are seconds of simulated time.
/// </summary>
public sealed record Scenario
{
    public required string Name { get; init; }

    /// <summary>A second name.</summary>
    public string? Alias { get; init; }

    /// <summary>Row of field-facts.md that it replays, such as A9.</summary>
    public required string Row { get; init; }

    public required string Title { get; init; }

    /// <summary>What the row promises, in a sentence; <see cref="Expect"/> checks it.</summary>
    public required string Promise { get; init; }

    public int Sites { get; init; } = 1;

    /// <summary>Hosts; the lanes' sites are divided among them, and their logs merged into one at the end.</summary>
    public int Hosts { get; init; } = 1;

    /// <summary>Lanes of all sites; one node each.</summary>
    public required int Lanes { get; init; }

    /// <summary>Lanes whose node is never switched on, counted from 1.</summary>
    public IReadOnlyList<int> AbsentLanes { get; init; } = [];

    /// <summary>People of all lanes.</summary>
    public required int People { get; init; }

    /// <summary>Households among which the people are divided; 0: there is no roster.</summary>
    public int Households { get; init; }

    /// <summary>Buildings among which the households are divided, in the order in which they are called.</summary>
    public int Buildings { get; init; } = 1;

    /// <summary>The node carries its site's roster.</summary>
    public bool RosterOnNode { get; init; }

    /// <summary>Mean time between two people of a lane.</summary>
    public required double SecondsPerPerson { get; init; }

    public int FlashKilobytes { get; init; } = 256;

    /// <summary>How long records wait for company before an upload.</summary>
    public int GatherSeconds { get; init; } = 5;

    /// <summary>Step of simulated time in milliseconds while something happens.</summary>
    public int StepMs { get; init; } = 20;

    /// <summary>What each lane's volunteer does, one after another.</summary>
    public required IReadOnlyList<WorkItem> Plan { get; init; }

    /// <summary>What other lanes do, by their numbers from 1: "2", "2-9".</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<WorkItem>> Plans { get; init; } = new Dictionary<string, IReadOnlyList<WorkItem>>();

    /// <summary>Wi-Fi gone for everybody.</summary>
    public IReadOnlyList<Outage> LinkOutages { get; init; } = [];

    /// <summary>Hosts killed, and started again at the end.</summary>
    public IReadOnlyList<Outage> HostOutages { get; init; } = [];

    /// <summary>From then on, the next write of this lane (from 1) is cut in its middle.</summary>
    public IReadOnlyList<PlannedCut> PowerCuts { get; init; } = [];

    /// <summary>What must be true of the figures: "= 22000", "&gt;= 1833", "&lt;= 0.1". Equal to the ground truth they must be in any
    /// case.</summary>
    public required IReadOnlyDictionary<string, string> Expect { get; init; }
}

public sealed record Outage(int AtSecond, int Seconds);

public sealed record PlannedCut(int Lane, int AtSecond);

/// <summary>One thing of a lane's plan; exactly one of its properties is given.</summary>
public sealed record WorkItem
{
    /// <summary>A code to scan; {lane} is the lane's number, {site} its site's.</summary>
    public string? Scan { get; init; }

    /// <summary>With <see cref="Scan"/>: the lane must refuse it for this reason.</summary>
    public string? Refused { get; init; }

    /// <summary>With <see cref="Scan"/>: the lane must ask for a second scan.</summary>
    public bool Asked { get; init; }

    /// <summary>Nothing happens for so many seconds.</summary>
    public int? WaitSeconds { get; init; }

    public GroupWork? Groups { get; init; }

    public PlaceWork? Homes { get; init; }

    public PlaceWork? Stops { get; init; }

    public TrainingWork? Training { get; init; }

    [JsonIgnore]
    internal int Given => new object?[] { Scan, WaitSeconds, Groups, Homes, Stops, Training }.Count(part => part is not null);
}

/// <summary>People come in groups: they arrive, a tube is scanned, then each person.</summary>
public sealed record GroupWork
{
    /// <summary>People; absent: everybody of the lane's share who is left.</summary>
    public int? People { get; init; }

    /// <summary>People per tube; what <c>FN:SIZE</c> was set to.</summary>
    public int Size { get; init; } = 10;

    /// <summary>The people who were sampled already come again, from the first on.</summary>
    public bool Again { get; init; }

    /// <summary>Each so manyth person is of this category, set by a card for the next person only.</summary>
    public int NextEvery { get; init; }

    public string NextCategory { get; init; } = "elder";

    /// <summary>Each so manyth person has a fever and is not sampled; or goes to isolation.</summary>
    public int FeverEvery { get; init; }

    public int IsolateEvery { get; init; }

    /// <summary>Each so manyth person has no papers.</summary>
    public int NoPapersEvery { get; init; }

    /// <summary>Each so manyth person shows a booking code instead of an ID card.</summary>
    public int BookingEvery { get; init; }

    /// <summary>Each so manyth person is on no roster.</summary>
    public int StrangerEvery { get; init; }

    /// <summary>After so many tubes they are packed, sealed and handed over to the driver; 0: there are no bags.</summary>
    public int BagEvery { get; init; }

    /// <summary>The next group is called by card.</summary>
    public bool Call { get; init; }
}

/// <summary>Households or stops are visited: each is opened by its code, its people are sampled, and it is closed.</summary>
public sealed record PlaceWork
{
    /// <summary>How many; absent: all of the lane's share. For stops: the share's households are divided among so many.</summary>
    public int? Count { get; init; }

    /// <summary>From the first household on again.</summary>
    public bool Again { get; init; }

    /// <summary>People per tube; a place's last tube is closed when the place is done.</summary>
    public int Size { get; init; } = 10;
}

/// <summary>Volunteers are trained on this lane one after another, with practice people.</summary>
public sealed record TrainingWork
{
    public required int Volunteers { get; init; }

    /// <summary>Practice people for each.</summary>
    public required int People { get; init; }

    /// <summary>Part of the practice people for whom the volunteer forgets the category, 0 to 1.</summary>
    public double Mistakes { get; init; }
}
