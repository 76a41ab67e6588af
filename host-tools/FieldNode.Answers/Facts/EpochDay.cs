using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Facts;

/// <summary>What one node did in one epoch, without undone steps, and without training unless stated.</summary>
public sealed record EpochDay(ulong Node, uint Epoch, string Site, string Lane)
{
    /// <summary>Everyone, including undone and training people; their state tells them apart.</summary>
    public IReadOnlyList<PersonRow> People { get; init; } = [];

    public IReadOnlyList<BadgeRow> Badges { get; init; } = [];

    public IReadOnlyList<PlaceRow> Places { get; init; } = [];

    public IReadOnlyList<BagRow> Bags { get; init; } = [];

    public IReadOnlyList<TurnedAwayRow> TurnedAway { get; init; } = [];

    public IReadOnlyList<TrainingRow> Training { get; init; } = [];

    public int Arrivals { get; init; }

    /// <summary>How often the next people in the queue were called.</summary>
    public int Calls { get; init; }

    /// <summary>Tubes scanned for filling.</summary>
    public IReadOnlyList<TubeRow> Tubes { get; init; } = [];

    /// <summary>State of the lane after its last record.</summary>
    public LaneNow Now { get; init; } = new();
}

/// <summary>State of a lane: what its screen showed at a record, and the state of its box.</summary>
public sealed record LaneNow
{
    /// <summary>The last record before the first gap; the screen facts are as of this record.</summary>
    public uint Record { get; init; }

    public string Site { get; init; } = "";

    public string Lane { get; init; } = "";

    /// <summary>The last badge scanned, and in <see cref="BadgeAt"/> when.</summary>
    public string Badge { get; init; } = "";

    public ResolvedTime BadgeAt { get; init; }

    public int Round { get; init; } = 1;

    public int Shift { get; init; } = 1;

    /// <summary>People to sample in the shift, as last set on the lane; 0 if not set.</summary>
    public int Target { get; init; }

    public bool IsTraining { get; init; }

    public bool IsGreen { get; init; }

    /// <summary>People who joined the queue and were neither sampled nor turned away; in training, practice people.</summary>
    public int Waiting { get; init; }

    /// <summary>The current tube, its size and the people in it. Without a tube, the code is empty and the size is that of the next
    /// tube.</summary>
    public string Tube { get; init; } = "";

    public int GroupSize { get; init; } = 10;

    public int InTube { get; init; }

    public bool IsTubeOpen { get; init; }

    /// <summary>People done, as the screen counts them: in training, practice people.</summary>
    public int Done { get; init; }

    /// <summary>People sampled, and how many of them before the shift, because a target applies to one shift.</summary>
    public int Sampled { get; init; }

    public int SampledBeforeShift { get; init; }

    /// <summary>People an hour in the lane's last ten minutes (<see cref="FieldNode.Lane.Pace"/>).</summary>
    public int PerHour { get; init; }

    /// <summary>People an hour over up to 256 people, from which the lane forecasts when it will be done (<see
    /// cref="FieldNode.Lane.Forecast"/>); 0 if too few were sampled.</summary>
    public uint LongPerHour { get; init; }

    /// <summary>Number of people called last, and when.</summary>
    public int Called { get; init; }

    public ResolvedTime CalledAt { get; init; }

    /// <summary>When its last record was made.</summary>
    public ResolvedTime Last { get; init; }

    public uint Starts { get; init; }

    /// <summary>Version as major.minor.</summary>
    public string Firmware { get; init; } = "";

    /// <summary>Maximum error of its clock in milliseconds, and the source of its time (<see cref="ClockSet.Source"/>; 0 if no clock
    /// yet).</summary>
    public int ClockErrorMs { get; init; }

    public byte ClockSource { get; init; }

    public int RetiredSectors { get; init; }

    public int Sectors { get; init; }

    /// <summary>Refused scans by reason (<see cref="Refusal"/>).</summary>
    public IReadOnlyDictionary<byte, int> Refusals { get; init; } = new Dictionary<byte, int>();

    /// <summary>Last reported state of each part, by its number (<see cref="NodePart"/>).</summary>
    public IReadOnlyDictionary<byte, byte> Parts { get; init; } = new Dictionary<byte, byte>();

    /// <summary>Parts in a state that someone must look at, without the host.</summary>
    public IReadOnlyList<string> Troubles() =>
        [.. Parts.Where(part => part.Key != NodePart.Host && PartState.IsTrouble(part.Value)).Select(part => NodePart.Name(part.Key))];
}

/// <summary>A tube scanned for filling.</summary>
public sealed record TubeRow(uint Sequence, string Code, int Round, int Size, ResolvedTime Opened);

/// <summary>A scanned badge.</summary>
public sealed record BadgeRow(uint Sequence, string Badge, ResolvedTime Time);

/// <summary>A household ("home") or a vehicle's stop ("stop") that was opened.</summary>
public sealed record PlaceRow(uint Sequence, string Kind, string Code, int People, bool IsClosed, ResolvedTime Time);

/// <summary>A bag with its tubes in packing order, and who gave and received it once handed over.</summary>
public sealed record BagRow(uint Sequence, string Code, int Round, IReadOnlyList<PackedTube> Tubes, bool IsSealed, string Giver,
    string Receiver, ResolvedTime Opened, ResolvedTime HandedOver)
{
    /// <summary>When its oldest tube was opened, as far as this lane knows. A tube must reach the laboratory within four hours.</summary>
    public ResolvedTime OldestTube { get; init; }
}

/// <summary>A tube in a bag. People is -1 if another lane filled the tube.</summary>
public sealed record PackedTube(string Code, int People);

/// <summary>A person who was turned away; the code may be empty.</summary>
public sealed record TurnedAwayRow(uint Sequence, byte Reason, string Person, int Round, ResolvedTime Time)
{
    public string ReasonName => Protocol.Records.TurnedAway.Name(Reason);
}

/// <summary>A volunteer's training: people sampled correctly, wrong steps, people per hour.</summary>
public sealed record TrainingRow(string Badge, int People, int Errors, int PerHour)
{
    /// <summary>Correct steps as a percentage of all steps.</summary>
    public int Percent => People + Errors == 0 ? 0 : 100 * People / (People + Errors);
}
