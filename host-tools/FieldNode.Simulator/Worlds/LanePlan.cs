namespace FieldNode.Simulator.Worlds;

/// <summary>What one lane is to do, and how its scanner is set up.</summary>
public sealed record LanePlan(string Site, string Lane, int Number, string TubePrefix, IReadOnlyList<Resident> People,
    IReadOnlyList<WorkItem> Work, double SecondsPerPerson)
{
    public string ScannerPrefix { get; init; } = "";

    public string Terminator { get; init; } = "\r";

    public bool LowerCaseX { get; init; }

    /// <summary>Part of the scans of people that are misread, and part that are of the wrong person, 0 to 1.</summary>
    public double Misreads { get; init; } = 0.01;

    public double WrongPeople { get; init; } = 0.01;

    /// <summary>Part of the scans that a continuous scanner reads again a second later.</summary>
    public double Repeats { get; init; } = 0.05;
}
