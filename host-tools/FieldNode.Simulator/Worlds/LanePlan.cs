namespace FieldNode.Simulator.Worlds;

/// <summary>A lane's plan and the settings of its scanner.</summary>
public sealed record LanePlan(string Site, string Lane, int Number, string TubePrefix, IReadOnlyList<Resident> People,
    IReadOnlyList<WorkItem> Work, double SecondsPerPerson)
{
    public string ScannerPrefix { get; init; } = "";

    public string Terminator { get; init; } = "\r";

    public bool LowerCaseX { get; init; }

    /// <summary>Share of the people's scans that are misread, 0 to 1; <see cref="WrongPeople"/> is the share of scans of the wrong
    /// person.</summary>
    public double Misreads { get; init; } = 0.01;

    public double WrongPeople { get; init; } = 0.01;

    /// <summary>Share of the scans that a continuous scanner reads again a second later.</summary>
    public double Repeats { get; init; } = 0.05;
}
