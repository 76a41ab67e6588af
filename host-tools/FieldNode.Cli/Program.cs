using System.CommandLine;
using System.CommandLine.Parsing;
using FieldNode.Cli.Verbs;
using FieldNode.Cli;
using FieldNode.Log;

HostFault? badConfig = null;
try
{
    Config.Read();
}
catch (HostFault fault)
{
    badConfig = fault; // reported once the language is known
}

Say.Choose(args);
if (badConfig is not null)
{
    Say.Error(badConfig.Code, Say.In(badConfig.English, badConfig.Chinese));
    return badConfig.ExitCode;
}

if (Config.Ignored is var (ignored, ignoredChinese))
{
    Say.Info(Say.In(ignored, ignoredChinese));
}

var root = Commands.Root();

foreach (var verb in root.Subcommands.Where(verb => !args.Contains(verb.Name)))
{
    verb.Description = FirstSentence(verb.Description ?? ""); // one line per verb in the list; each verb's own help has the rest
}

var parsed = Commands.Parse(root, args);
if (parsed.Errors.Count > 0)
{
    foreach (var message in parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" ").Trim()).Distinct())
    {
        Say.Error("usage", message);
    }

    Say.Info(Say.In($"Try: fieldnode {VerbName(parsed)}--help", $"请试：fieldnode {VerbName(parsed)}--help"));
    return ExitCode.Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (HostFault fault)
{
    Say.Error(fault.Code, Say.In(fault.English, fault.Chinese));
    return fault.ExitCode;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
{
    // A full disk, a closed pipe, an invalid path: the message names it.
    Say.Error("io-failed", e.Message);
    return ExitCode.Failed;
}
catch (OperationCanceledException)
{
    Say.Info(Say.In("Stopped.", "已停止。"));
    return ExitCode.Failed;
}

static string FirstSentence(string text)
{
    List<string> stops = [". ", ".\n", ": ", "。", "：", "\n"]; // the dot in DIR.key does not end a sentence
    var ends = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).ToList();
    return ends.Count == 0 ? text : text[..ends.Min()];
}

static string VerbName(ParseResult parsed)
{
    var name = "";
    for (var at = parsed.CommandResult; at?.Command is not (null or RootCommand); at = at.Parent as CommandResult)
    {
        name = at.Command.Name + " " + name;
    }

    return name;
}
