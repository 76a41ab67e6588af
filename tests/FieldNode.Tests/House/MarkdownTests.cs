using System.Text.RegularExpressions;
using FieldNode.Cli.Verbs;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>Rules for every page: width, working links, a stated audience, working commands.</summary>
public sealed partial class MarkdownTests
{
    /// <summary>Pages whose commands a test runs, and that test.</summary>
    private static readonly Dictionary<string, string> s_run = new()
    {
        ["coordinator.md"] = "CoordinatorGuideTests",
        ["coordinator.zh.md"] = "CoordinatorGuideTests",
        ["scale.md"] = "ScaleGuideTests",
        ["commands.md"] = "CommandsPageTests",
        ["README.md"] = "ReadmeTests",
    };

    private static readonly string[] s_programs = ["fieldnode", "dotnet", "bash", "git", "tests/", "sqlite3", "psql", "nanoff"];

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
            && !path.Contains("/packages/", StringComparison.Ordinal))
        .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void No_line_outside_a_table_is_too_wide(string page)
    {
        Assert.Empty(File.ReadLines(Full(page)).Index().Where(line => line.Item.Length > Markdown.ColumnsMax && !Table().IsMatch(line.Item))
            .Select(line => $"{page}:{line.Index + 1}: {line.Item.Length} columns, at most {Markdown.ColumnsMax}"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_and_every_anchor_leads_somewhere(string page)
    {
        var text = Prose(page);
        var dead = Link().Matches(text).Select(link => (File: link.Groups["file"].Value, Anchor: link.Groups["anchor"].Value))
            .Where(link => !Leads(page, link.File, link.Anchor)).Select(link => $"{page}: {link.File}#{link.Anchor}");

        Assert.Empty(dead);
    }

    [Fact]
    public void Each_document_begins_with_whom_it_is_for()
    {
        var pages = Pages.Select(page => page.Data).Where(page => Path.GetDirectoryName(page) == "docs").ToList();

        Assert.True(pages.Count > 20, "the search for documents finds too few");
        Assert.All(pages, page => Assert.Matches(@"\A# [^\n]+\n\n\*\*(For|读者)\*\*", File.ReadAllText(Full(page))));
        var index = File.ReadAllText(Full("docs/README.md"));
        Assert.All(pages.Where(page => page != "docs/README.md"),
            page => Assert.Contains($"({Path.GetFileName(page)})", index, StringComparison.Ordinal));
    }

    /// <summary>
    /// Each command in a document is run by a test, or a comment before its block says why not. All fieldnode commands are checked with the
    /// command's own parser, so that verbs and options exist.
    /// </summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_is_run_by_a_test_or_marked_as_not_run(string page)
    {
        var text = File.ReadAllText(Full(page)).Replace("\\\n", "", StringComparison.Ordinal);
        foreach (Match block in Block().Matches(text))
        {
            var commands = block.Value.Split('\n').Select(line => line.Trim().TrimStart('$').Trim())
                .Where(line => s_programs.Any(program => line.StartsWith(program + (program.EndsWith('/') ? "" : " "),
                    StringComparison.Ordinal))).ToList();
            Assert.All(commands, command => AssertReads(page, command));
            var before = text[..block.Index].TrimEnd();
            var isRun = s_run.ContainsKey(page.StartsWith("docs/", StringComparison.Ordinal) ? page[5..] : page);
            Assert.True(commands.Count == 0 || isRun || NotRun().IsMatch(before),
                $"{page}: '{commands.FirstOrDefault()}' is run by no test: put <!-- not run: WHY --> before its block");
        }
    }

    private static void AssertReads(string page, string command)
    {
        if (!command.StartsWith("fieldnode ", StringComparison.Ordinal) || command.Contains('…', StringComparison.Ordinal))
        {
            return;
        }

        var words = Word().Matches(command.Split(" #")[0].Split(" | ")[0].Split(" > ")[0])
            .Select(word => word.Value.Trim('"', '\'')).Skip(1);
        var parsed = Commands.Parse(Commands.Root(), [.. words]);
        Assert.True(parsed.Errors.Count == 0, $"{page}: '{command}': {string.Join("; ", parsed.Errors.Select(error => error.Message))}");
    }

    private static bool Leads(string page, string file, string anchor)
    {
        var target = file.Length == 0 ? Full(page) : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Full(page))!, file));
        return Directory.Exists(target)
            || (File.Exists(target) && (anchor.Length == 0 || Anchors(Path.GetRelativePath(Repository.Root, target)).Contains(anchor)));
    }

    // Anchors as GitHub makes them: lower case, without punctuation, hyphens for spaces.
    private static IEnumerable<string> Anchors(string page) => Heading().Matches(Prose(page))
        .Select(heading => Mark().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Trim().Replace(' ', '-'));

    private static string Prose(string page) => Fenced().Replace(File.ReadAllText(Full(page)), "\n");

    private static string Full(string page) => Path.Combine(Repository.Root, page);

    [GeneratedRegex(@"^\s*[|│╭├╰]")]
    private static partial Regex Table();

    [GeneratedRegex(@"\]\((?!https?:)(?<file>[^)#\s]*)(#(?<anchor>[^)]*))?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex Mark();

    [GeneratedRegex(@"^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"^```.*?^```$|(?<=\n\n)(    [^\n]+\n)+",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();

    [GeneratedRegex(@"<!-- not run: [^>]+ -->\z")]
    private static partial Regex NotRun();

    [GeneratedRegex("""[^\s"']+="[^"]*"|"[^"]*"|'[^']*'|\S+""")]
    private static partial Regex Word();
}
