using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FieldNode.Cli.Verbs;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>docs/commands.md contains the help of every command; FIELDNODE_WRITE_PICTURES=1 writes it.</summary>
public sealed partial class CommandsPageTests
{
    private const string Start = "<!-- commands: written by CommandsPageTests -->";

    private static readonly string[] s_everywhere = ["-?, -h, --help", "--lang", "--version"];

    [Fact]
    public void The_page_of_commands_is_their_help()
    {
        var path = Path.Combine(Repository.Root, "docs", "commands.md");
        var page = File.ReadAllText(path);
        var wanted = page[..(page.IndexOf(Start, StringComparison.Ordinal) + Start.Length)] + "\n\n" + Page();
        if (Environment.GetEnvironmentVariable("FIELDNODE_WRITE_PICTURES") == "1")
        {
            File.WriteAllText(path, wanted);
            page = wanted;
        }

        Assert.Equal(wanted, page);
    }

    private static string Page()
    {
        var root = Commands.Root();
        var verbs = root.Subcommands.Where(verb => !verb.Hidden).ToList();
        Assert.True(verbs.Count > 20, "the search for commands finds too few");
        var text = new StringBuilder("| command | what it does |\n|---|---|\n");
        verbs.ForEach(verb => text.Append(CultureInfo.InvariantCulture,
            $"| [{verb.Name}](#{verb.Name}) | {FirstSentence().Match(verb.Description!).Value} |\n"));
        foreach (var path in verbs.SelectMany(verb => Paths("", verb)))
        {
            text.Append('\n').Append(Section(path, HelpOf(root, path)));
        }

        return text.ToString();
    }

    private static IEnumerable<string> Paths(string above, Command command)
    {
        var path = (above + " " + command.Name).Trim();
        return command.Subcommands.Where(below => !below.Hidden).SelectMany(below => Paths(path, below)).Prepend(path);
    }

    private static string HelpOf(RootCommand root, string path)
    {
        using var output = new StringWriter();
        Commands.Parse(root, [.. path.Split(' '), "--help"]).Invoke(new InvocationConfiguration { Output = output });
        return output.ToString().ReplaceLineEndings("\n");
    }

    private static string Section(string path, string help)
    {
        var text = new StringBuilder($"{(path.Contains(' ', StringComparison.Ordinal) ? "###" : "##")} {path}\n\n");
        foreach (Match part in Part().Matches(help))
        {
            var lines = part.Groups["lines"].Value.TrimEnd().Split('\n').Select(line => line.Length > 2 ? line[2..] : "").ToList();
            text.Append(part.Groups["name"].Value switch
            {
                "Description" => Description(lines),
                "Usage" or "Commands" => "", // what both say is in the sections' headings
                _ => Table(lines),
            });
        }

        return text.ToString();
    }

    // Examples are also indented in the help.
    private static string Description(List<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line.StartsWith("  ", StringComparison.Ordinal) ? "    " + line.Trim() : Markdown.Wrap(Markdown.Escape(line)));
            text.Append('\n');
        }

        return Regex.Replace(text.ToString(), @"(\S)\n(    )", m => m.Groups[1].Value == ":" ? ":\n\n    " : m.Value) + "\n";
    }

    private static string Table(List<string> lines)
    {
        var rows = lines.Select(line => Columns().Split(line, 2)).Where(row => !s_everywhere.Any(name => row[0].StartsWith(name,
            StringComparison.Ordinal))).ToList();
        return rows.Count == 0 ? "" : "\n| | |\n|---|---|\n"
            + string.Concat(rows.Select(row => $"| `{Markdown.EscapeBar(row[0])}` | {Markdown.Escape(row[^1])} |\n"));
    }

    [GeneratedRegex(@"^(?<name>[A-Z][a-z]+):\n(?<lines>(  .*\n|\n)+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Part();

    [GeneratedRegex(@" {2,}")]
    private static partial Regex Columns();

    [GeneratedRegex(@"^.*?(?=[.:](\s|$)|\n|$)")]
    private static partial Regex FirstSentence();
}
