using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Facts;

/// <summary>What one node did in one epoch, undone steps taken off and training left out but where it is named.</summary>
public sealed record EpochDay(ulong Node, uint Epoch, string Site, string Lane)
{
    /// <summary>Everybody, undone and training ones too; their state tells.</summary>
    public IReadOnlyList<PersonRow> People { get; init; } = [];

    public IReadOnlyList<BadgeRow> Badges { get; init; } = [];

    public IReadOnlyList<PlaceRow> Places { get; init; } = [];

    public IReadOnlyList<BagRow> Bags { get; init; } = [];

    public IReadOnlyList<TurnedAwayRow> TurnedAway { get; init; } = [];

    public IReadOnlyList<TrainingRow> Training { get; init; } = [];

    public int Arrivals { get; init; }

    /// <summary>Times the next people of the queue were called.</summary>
    public int Calls { get; init; }

    /// <summary>Tubes that were scanned to fill them.</summary>
    public IReadOnlyList<TubeRow> Tubes { get; init; } = [];

    /// <summary>How the lane stands after its last record.</summary>
    public LaneNow Now { get; init; } = new();
}

/// <summary>How a lane stands: what its screen showed at a record, and how its box is.</summary>
public sealed record LaneNow
{
    /// <summary>The last record before the first gap: the screen's facts are as of it.</summary>
    public uint Record { get; init; }

    public string Site { get; init; } = "";

    public string Lane { get; init; } = "";

    /// <summary>The badge that was scanned last, and when.</summary>
    public string Badge { get; init; } = "";

    public ResolvedTime BadgeAt { get; init; }

    public int Round { get; init; } = 1;

    public int Shift { get; init; } = 1;

    /// <summary>People the lane was last told to sample in its shift; 0: not told.</summary>
    public int Target { get; init; }

    public bool IsTraining { get; init; }

    public bool IsGreen { get; init; }

    /// <summary>People who joined the queue and were neither sampled nor turned away; in training, practice people.</summary>
    public int Waiting { get; init; }

    /// <summary>The tube that the lane is at, its size, and the people in it; without one the text is empty, and the size the next
    /// one's.</summary>
    public string Tube { get; init; } = "";

    public int GroupSize { get; init; } = 10;

    public int InTube { get; init; }

    public bool IsTubeOpen { get; init; }

    /// <summary>People done, as the screen counts them: in training, practice people.</summary>
    public int Done { get; init; }

    /// <summary>People sampled, and how many of them before the shift: a target is the shift's.</summary>
    public int Sampled { get; init; }

    public int SampledBeforeShift { get; init; }

    /// <summary>People an hour in the lane's last ten minutes (<see cref="FieldNode.Lane.Pace"/>).</summary>
    public int PerHour { get; init; }

    /// <summary>People an hour over up to 256 people, by which the lane tells when it will be done (<see cref="FieldNode.Lane.Forecast"/>);
    /// 0: too few were sampled.</summary>
    public uint LongPerHour { get; init; }

    /// <summary>People who were called last, and when.</summary>
    public int Called { get; init; }

    public ResolvedTime CalledAt { get; init; }

    /// <summary>When its last record was made.</summary>
    public ResolvedTime Last { get; init; }

    public uint Starts { get; init; }

    /// <summary>major.minor.</summary>
    public string Firmware { get; init; } = "";

    /// <summary>How far its clock may be wrong, in milliseconds, and where it came from (<see cref="ClockSet.Source"/>; 0: no clock
    /// yet).</summary>
    public int ClockErrorMs { get; init; }

    public byte ClockSource { get; init; }

    public int RetiredSectors { get; init; }

    public int Sectors { get; init; }

    /// <summary>Refused scans by reason (<see cref="Refusal"/>).</summary>
    public IReadOnlyDictionary<byte, int> Refusals { get; init; } = new Dictionary<byte, int>();

    /// <summary>How each part stood last, by its number (<see cref="NodePart"/>).</summary>
    public IReadOnlyDictionary<byte, byte> Parts { get; init; } = new Dictionary<byte, byte>();

    /// <summary>Parts that somebody must look at; the host is none.</summary>
    public IReadOnlyList<string> Troubles() =>
        [.. Parts.Where(part => part.Key != NodePart.Host && PartState.IsTrouble(part.Value)).Select(part => NodePart.Name(part.Key))];
}

/// <summary>A tube that was scanned to fill it.</summary>
public sealed record TubeRow(uint Sequence, string Code, int Round, int Size, ResolvedTime Opened);

/// <summary>A badge was scanned.</summary>
public sealed record BadgeRow(uint Sequence, string Badge, ResolvedTime Time);

/// <summary>A household ("home") or a vehicle's stop ("stop") that was opened.</summary>
public sealed record PlaceRow(uint Sequence, string Kind, string Code, int People, bool IsClosed, ResolvedTime Time);

/// <summary>A bag with its tubes in the order of packing; who gave and received it once it was handed over.</summary>
public sealed record BagRow(uint Sequence, string Code, int Round, IReadOnlyList<PackedTube> Tubes, bool IsSealed, string Giver,
    string Receiver, ResolvedTime Opened, ResolvedTime HandedOver)
{
    /// <summary>When the oldest of its tubes was opened, as far as this lane knows: a tube is to reach the laboratory within four
    /// hours.</summary>
    public ResolvedTime OldestTube { get; init; }
}

/// <summary>A tube in a bag; people: -1 when another lane filled it.</summary>
public sealed record PackedTube(string Code, int People);

/// <summary>Somebody who was not sampled; the code may be empty.</summary>
public sealed record TurnedAwayRow(uint Sequence, byte Reason, string Person, int Round, ResolvedTime Time)
{
    public string ReasonName => Protocol.Records.TurnedAway.Name(Reason);
}

/// <summary>A volunteer's training: people sampled right, steps that were not, people an hour.</summary>
public sealed record TrainingRow(string Badge, int People, int Errors, int PerHour)
{
    /// <summary>Of all steps, in hundredths.</summary>
    public int Percent => People + Errors == 0 ? 0 : 100 * People / (People + Errors);
}
