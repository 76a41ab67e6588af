namespace FieldNode.Host.Reports;

/// <summary>What one node did in one epoch, undone steps taken off and training left out but where it is named.</summary>
public sealed record EpochDay(ulong Node, uint Epoch, string Site, string Lane)
{
    /// <summary>What an epoch's records mean together, in their order.</summary>
    public static EpochDay Of(ulong node, uint epoch, IEnumerable<(uint Sequence, byte[] Frame)> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var fold = new EpochFold(node, epoch);
        foreach (var (sequence, frame) in records)
        {
            fold.Add(sequence, frame);
        }

        return fold.Day();
    }

    /// <summary>Everybody, undone and training ones too; their state tells.</summary>
    public IReadOnlyList<PersonRow> People { get; init; } = [];

    public IReadOnlyList<BadgeRow> Badges { get; init; } = [];

    public IReadOnlyList<PlaceRow> Places { get; init; } = [];

    public IReadOnlyList<BagRow> Bags { get; init; } = [];

    public IReadOnlyList<TurnedAwayRow> TurnedAway { get; init; } = [];

    public IReadOnlyList<TrainingRow> Training { get; init; } = [];

    public IReadOnlyDictionary<byte, int> Refusals { get; init; } = new Dictionary<byte, int>();

    public int Arrivals { get; init; }

    /// <summary>Times the next people of the queue were called.</summary>
    public int Calls { get; init; }

    /// <summary>How each part stood last, by its number (<see cref="FieldNode.Protocol.NodePart"/>).</summary>
    public IReadOnlyDictionary<byte, byte> Parts { get; init; } = new Dictionary<byte, byte>();

    /// <summary>People the lane was last told to sample in its shift; 0: not told.</summary>
    public int Target { get; init; }
}

/// <summary>A badge was scanned.</summary>
public sealed record BadgeRow(uint Sequence, string Badge, ResolvedTime Time);

/// <summary>A household ("home") or a vehicle's stop ("stop") that was opened.</summary>
public sealed record PlaceRow(uint Sequence, string Kind, string Code, int People, bool IsClosed, ResolvedTime Time);

/// <summary>A bag with its tubes in the order of packing; who gave and received it once it was handed over.</summary>
public sealed record BagRow(uint Sequence, string Code, int Round, IReadOnlyList<PackedTube> Tubes, bool IsSealed, string Giver, string Receiver, ResolvedTime Opened, ResolvedTime HandedOver);

/// <summary>A tube in a bag; people: -1 when another lane filled it.</summary>
public sealed record PackedTube(string Code, int People);

/// <summary>Somebody who was not sampled; the code may be empty.</summary>
public sealed record TurnedAwayRow(uint Sequence, byte Reason, string Person, int Round, ResolvedTime Time)
{
    public string ReasonName => FieldNode.Protocol.Records.TurnedAway.Name(Reason);
}

/// <summary>A volunteer's training: people sampled right, steps that were not, people an hour.</summary>
public sealed record TrainingRow(string Badge, int People, int Errors, int PerHour)
{
    /// <summary>Of all steps, in hundredths.</summary>
    public int Percent => People + Errors == 0 ? 0 : 100 * People / (People + Errors);
}
