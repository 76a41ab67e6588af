namespace FieldNode.Simulator.Worlds;

/// <summary>One action of a volunteer, and the confirmation that the volunteer waits for.</summary>
/// <param name="Code">The code to scan. If empty, the undo button is pressed; without a confirmation, nothing is done.</param>
/// <param name="Confirmation">Type of the confirming record; 0 if none.</param>
internal sealed record VolunteerStep(string Code, byte Confirmation)
{
    /// <summary>The reason for which the lane must refuse it; 0 if it must not refuse it.</summary>
    public byte Refusal { get; init; }

    /// <summary>True for a person's code: it may be misread, and the next step follows after the lane's time per person.</summary>
    public bool IsPerson { get; init; }

    /// <summary>Seconds until the next step, if it is not a person.</summary>
    public double PauseSeconds { get; init; } = 1;

    /// <summary>Called once the step is confirmed.</summary>
    public Action? Done { get; init; }

    public bool IsUndo => Code.Length == 0 && Confirmation != 0;
}
