using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>Every command of the tool, in the order of its help.</summary>
internal static class Commands
{
    /// <summary>The commands, with their help in the chosen language.</summary>
    public static RootCommand Root() => new(Help.Text("fieldnode"))
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

    /// <summary>Parses a command line. A word that begins with @ is a code form, not a response file.</summary>
    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> arguments) =>
        root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
}
