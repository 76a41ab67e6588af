namespace FieldNode.Log;

/// <summary>The exit codes of commands (docs/errors.md).</summary>
public static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int SomethingMissing = 3;
    public const int Refused = 4;
    public const int StoreBusy = 5;
}

/// <summary>
/// A failure that a user can act on: a stable code, an exit status, and a message in English and Chinese that names the object, the value
/// and the remedy.
/// </summary>
public sealed class HostFault(string code, int exitCode, string english, string chinese) : Exception(english)
{
    public string Code { get; } = code;

    public int ExitCode { get; } = exitCode;

    public string English { get; } = english;

    public string Chinese { get; } = chinese;
}
