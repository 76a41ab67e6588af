namespace FieldNode.Simulator.Worlds;

/// <summary>A sampled person, as the volunteer saw it confirmed.</summary>
public sealed record SampledPerson(string Code, string Site, string Lane, string Tube, int Position, int Round)
{
    public string Category { get; init; } = "general";

    public string Operator { get; init; } = "";

    public string Place { get; init; } = "";

    public string LaneKind { get; init; } = "fixed";
}

/// <summary>A household or stop, as the volunteer left it.</summary>
public sealed record VisitedPlace(string Lane, string Kind, string Code, int People);

/// <summary>A bag, as the volunteer packed it and handed it over.</summary>
public sealed record PackedBag(string Lane, string Code, string Tubes, string Giver, string Receiver);

/// <summary>A person who was turned away.</summary>
public sealed record TurnedAwayPerson(string Lane, string Code, string Reason);

/// <summary>A volunteer's training; <paramref name="People"/> is the number of practice people scanned correctly.</summary>
public sealed record TrainedVolunteer(string Lane, string Badge, int People);

/// <summary>What really happened, as the volunteers saw it on their screens. The merged log must match.</summary>
public sealed class GroundTruth
{
    private readonly Dictionary<(string Code, int Round), SampledPerson> _people = [];

    public IReadOnlyCollection<SampledPerson> People => _people.Values;

    public List<VisitedPlace> Places { get; } = [];

    public List<PackedBag> Bags { get; } = [];

    public List<TurnedAwayPerson> TurnedAway { get; } = [];

    public List<TrainedVolunteer> Trained { get; } = [];

    public int Tubes { get; set; }

    /// <summary>Number of codes sent by scanners.</summary>
    public int Scans { get; set; }

    public void Add(SampledPerson person)
    {
        ArgumentNullException.ThrowIfNull(person);
        _people.Add((person.Code, person.Round), person);
    }

    /// <summary>Compares the truth with a merged log.</summary>
    public TruthReport Compare(IEnumerable<SampledPerson> merged)
    {
        ArgumentNullException.ThrowIfNull(merged);
        var seen = new Dictionary<(string, int), int>();
        var wrong = 0;
        var extra = 0;
        foreach (var person in merged)
        {
            var key = (person.Code, person.Round);
            seen[key] = seen.GetValueOrDefault(key) + 1;
            if (!_people.TryGetValue(key, out var truth))
            {
                extra++;
            }
            else if (truth != person)
            {
                wrong++;
            }
        }

        return new TruthReport(_people.Count, seen.Values.Sum(), _people.Keys.Count(key => !seen.ContainsKey(key)),
            seen.Values.Sum(count => count - 1), extra, wrong);
    }
}

/// <summary>Numbers of people: in the truth, in the merged log, lost, doubled, never confirmed (Extra), and recorded differently from what
/// was seen (Wrong).</summary>
public sealed record TruthReport(int Truth, int Merged, int Lost, int Doubled, int Extra, int Wrong)
{
    public bool IsEqual => Lost == 0 && Doubled == 0 && Extra == 0 && Wrong == 0;
}
