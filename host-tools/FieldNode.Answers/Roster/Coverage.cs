using FieldNode.Answers.Facts;

namespace FieldNode.Answers.Roster;

/// <summary>A person expected at a site.</summary>
public sealed record RosterPerson(string Site, string Person, string Household, string Building)
{
    public string Name { get; init; } = "";

    public string Phone { get; init; } = "";

    /// <summary>One of <see cref="FieldNode.Protocol.Category"/>'s names, or empty.</summary>
    public string Category { get; init; } = "";

    /// <summary>How well the person walks, in the roster's own words.</summary>
    public string Mobility { get; init; } = "";
}

/// <summary>A building's people: expected, and sampled in the round.</summary>
public sealed record BuildingCoverage(string Site, string Building, int Expected, int Done)
{
    public bool IsComplete => Done >= Expected;
}

/// <summary>Who on a roster is done in a round, and who was sampled without being on it (docs/field-facts.md, A6, A8).</summary>
public sealed record Coverage(IReadOnlyList<BuildingCoverage> Buildings, IReadOnlyList<RosterPerson> Missing,
    IReadOnlyList<PersonRow> NotListed, int IncompleteHouseholds)
{
    /// <summary>The first building in roster order from which no one has come yet; null if all have begun.</summary>
    public BuildingCoverage? NextToCall => Buildings.FirstOrDefault(building => building.Done == 0);

    /// <summary>Compares a roster with the people of a round who count.</summary>
    public static Coverage Compute(IReadOnlyCollection<RosterPerson> roster, IReadOnlyCollection<PersonRow> people, int round)
    {
        ArgumentNullException.ThrowIfNull(roster);
        var done = people.Where(row => row.Round == round && PersonState.Counts(row.State)).ToList();
        var codes = done.Select(row => row.Person).ToHashSet();
        var listed = roster.Select(person => person.Person).ToHashSet();
        var missing = roster.Where(person => !codes.Contains(person.Person)).ToList();
        return new Coverage(
            [.. roster.GroupBy(person => (person.Site, person.Building))
                .Select(building => new BuildingCoverage(building.Key.Site, building.Key.Building, building.Count(),
                building.Count(person => codes.Contains(person.Person))))],
            missing,
            [.. done.Where(row => !listed.Contains(row.Person))],
            missing.Select(person => (person.Site, person.Building, person.Household)).Distinct().Count());
    }
}
