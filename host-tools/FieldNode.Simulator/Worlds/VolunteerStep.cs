namespace FieldNode.Simulator.Worlds;

/// <summary>One thing that a volunteer does and waits to see confirmed.</summary>
/// <param name="Code">What is scanned; empty: the undo button is pressed, or nothing at all when nothing confirms it.</param>
/// <param name="Confirmation">Type of the record that confirms it; 0: there is none.</param>
internal sealed record VolunteerStep(string Code, byte Confirmation)
{
    /// <summary>The lane must refuse it for this reason; 0: it must not.</summary>
    public byte Refusal { get; init; }

    /// <summary>A person's code: it may be misread, and the next one comes after the lane's time for a person.</summary>
    public bool IsPerson { get; init; }

    /// <summary>Seconds until the next step, when it is no person.</summary>
    public double PauseSeconds { get; init; } = 1;

    /// <summary>It is confirmed.</summary>
    public Action? Done { get; init; }

    public bool IsUndo => Code.Length == 0 && Confirmation != 0;
}
