using Spectre.Console;

namespace FieldNode.Cli;

/// <summary>Consoles for output to people. Spectre.Console itself respects NO_COLOR and pipes.</summary>
internal static class Terminal
{
    /// <summary>Tables: data, on standard output.</summary>
    public static IAnsiConsole Output { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Drawings and progress: messages, on standard error.</summary>
    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Whether standard error is a terminal that can draw live.</summary>
    public static bool IsInteractive => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected)
        {
            console.Profile.Width = 240; // a pipe has no width; do not break a table's lines
        }

        return console;
    }
}
