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
    badConfig = fault; // told once the language is known
}

Say.Choose(args);
if (badConfig is not null)
{
    Say.Error(badConfig.Code, Say.In(badConfig.English, badConfig.Chinese));
    return badConfig.ExitCode;
}

if (Config.Ignored is var (ignored, ignoredChinese))
{
    Say.Talk(Say.In(ignored, ignoredChinese));
}

var root = new RootCommand(Help.Of("fieldnode"))
{
    Say.Option,
    DemoVerb.Command(),
    StoreVerbs.Init(),
    SimulateVerb.Command(),
    ServeVerb.Command(),
    NodesVerb.Command(),
    UsersVerb.Command(),
    RosterVerb.Command(),
    CoverageVerb.Command(),
    TraceVerb.Command(),
    PersonVerb.Command(),
    ManifestVerb.Command(),
    FleetVerbs.Pace(),
    FleetVerbs.Gaps(),
    DoubtsVerb.Doubts(),
    DoubtsVerb.Decide(),
    FleetVerbs.Training(),
    PullVerb.Command(),
    KeysVerb.Command(),
    AuditVerb.Command(),
    HealthVerbs.Status(),
    HealthVerbs.Doctor(),
    StoreVerbs.Backup(),
    StoreVerbs.Restore(),
    StoreVerbs.Verify(),
    StoreVerbs.Store(),
    CompletionVerb.Command(),
    CardsVerb.Command(),
    FlashVerb.Command(),
    NodeVerb.Command(),
    MergeVerb.Command(),
    ExportVerb.Command(),
    InspectVerb.Command(),
    DemoHostVerb.Command(),
};

foreach (var verb in root.Subcommands.Where(verb => !args.Contains(verb.Name)))
{
    verb.Description = FirstSentence(verb.Description ?? ""); // the list of verbs stays a list; each verb's own help has the rest
}

// Forms of codes begin with @, which is no file of options here.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Errors.Count > 0)
{
    foreach (var message in parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" ").Trim()).Distinct())
    {
        Say.Error("usage", message);
    }

    Say.Talk(Say.In($"Try: fieldnode {VerbName(parsed)}--help", $"请试：fieldnode {VerbName(parsed)}--help"));
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
    // A full disk, a closed pipe, a path that is none: the message names it.
    Say.Error("io-failed", e.Message);
    return ExitCode.Failed;
}
catch (OperationCanceledException)
{
    Say.Talk(Say.In("Stopped.", "已停止。"));
    return ExitCode.Failed;
}

static string FirstSentence(string text)
{
    List<string> stops = [". ", ".\n", ": ", "。", "：", "\n"]; // the stop in DIR.key ends nothing
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
