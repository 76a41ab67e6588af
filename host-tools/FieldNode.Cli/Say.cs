using FieldNode.Log;
using System.CommandLine;

namespace FieldNode.Cli;

/// <summary>Messages to people: on standard error, in English or Chinese. Data goes to standard output, never through here.</summary>
internal static class Say
{
    private const string Name = "--lang";

    private static readonly string[] s_languages = ["en", "zh"];

    public static readonly Option<string> Option = MakeOption();

    /// <summary>True for Chinese.</summary>
    public static bool IsChinese { get; private set; }

    /// <summary>Takes --lang, else FIELDNODE_LANG or fieldnode.toml, else the locale. Runs before parsing: help texts need it.</summary>
    public static void Choose(string[] args)
    {
        var at = Array.FindIndex(args, arg => arg == Name || arg.StartsWith(Name + "=", StringComparison.Ordinal)
            || arg.StartsWith(Name + ":", StringComparison.Ordinal));
        var asked = at < 0 ? null : args[at].Length > Name.Length ? args[at][(Name.Length + 1)..] : args.ElementAtOrDefault(at + 1);
        asked ??= Config.Get("lang");
        asked ??= Environment.GetEnvironmentVariable("LC_ALL") ?? Environment.GetEnvironmentVariable("LANG") ?? "";
        IsChinese = asked.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
    }

    public static string In(string english, string chinese)
    {
        return IsChinese ? chinese : english;
    }

    public static void Info(string line)
    {
        Console.Error.WriteLine(Printable.Lines(line));
    }

    /// <summary>Prints a failure, its stable code first, so that scripts and documents can refer to it.</summary>
    public static void Error(string code, string message)
    {
        Console.Error.WriteLine(Printable.Lines($"fieldnode: {code}: {message}"));
    }

    private static Option<string> MakeOption()
    {
        var option = new Option<string>(Name) { Description = "en | zh", Recursive = true };
        option.AcceptOnlyFromAmong(s_languages);
        return option;
    }
}
