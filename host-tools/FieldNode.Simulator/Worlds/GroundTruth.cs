namespace FieldNode.Simulator.Worlds;

/// <summary>What a volunteer saw confirmed.</summary>
public sealed record SampledPerson(string Code, string Site, string Lane, string Tube, int Position, int Round);

/// <summary>What really happened, as the volunteers saw it on their screens: the merged log must tell the same.</summary>
public sealed class GroundTruth
{
    private readonly Dictionary<string, SampledPerson> _people = [];

    public IReadOnlyCollection<SampledPerson> People => _people.Values;

    public int Tubes { get; set; }

    public void Add(SampledPerson person)
    {
        ArgumentNullException.ThrowIfNull(person);
        _people.Add(person.Code, person);
    }

    public void Remove(string code)
    {
        _people.Remove(code);
    }

    /// <summary>Compares with what a merged log holds.</summary>
    public TruthReport Compare(IEnumerable<SampledPerson> merged)
    {
        ArgumentNullException.ThrowIfNull(merged);
        var seen = new Dictionary<string, int>();
        var wrong = 0;
        var extra = 0;
        foreach (var person in merged)
        {
            seen[person.Code] = seen.GetValueOrDefault(person.Code) + 1;
            if (!_people.TryGetValue(person.Code, out var truth))
            {
                extra++;
            }
            else if (truth != person)
            {
                wrong++;
            }
        }

        return new TruthReport(_people.Count, seen.Values.Sum(), _people.Keys.Count(code => !seen.ContainsKey(code)), seen.Values.Sum(count => count - 1), extra, wrong);
    }
}

/// <summary>People in truth and in the merged log; lost, doubled, never confirmed, and in another place than seen.</summary>
public sealed record TruthReport(int Truth, int Merged, int Lost, int Doubled, int Extra, int Wrong)
{
    public bool IsEqual => Lost == 0 && Doubled == 0 && Extra == 0 && Wrong == 0;
}
