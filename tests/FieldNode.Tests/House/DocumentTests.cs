using System.Text.RegularExpressions;
using FieldNode.Core.Screens;
using FieldNode.Host.Cards;
using FieldNode.Host.Web;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>The documents match the code: codes and words are compared.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_code_of_a_failure_is_documented_with_its_exit_status()
    {
        var errors = File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md"));
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "host-tools"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal));
        var codes = sources.SelectMany(path => FaultCode().Matches(File.ReadAllText(path))).Select(match => match.Groups[1].Value)
            .Distinct().ToList();

        Assert.True(codes.Count > 20, "the search for codes finds too few");
        Assert.All(codes, code => Assert.Matches($@"\| ([a-z-]+, )*{code}(, [a-z-]+)* \|", errors));
    }

    [Fact]
    public void Every_problem_of_the_http_interface_is_documented_with_its_status()
    {
        var errors = File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md"));
        Problem[] problems = [Problem.Malformed(""), Problem.UnknownNode(1), Problem.BadTag(1), Problem.WrongHost(1, 2),
            Problem.TooLarge(1), Problem.ClaimUsed(0), Problem.NoRoster(""), Problem.WrongType("", ""), Problem.LengthRequired(),
            Problem.Busy(""), Problem.BadQuery(""), Problem.NoAccess(), Problem.NotFound("")];

        Assert.All(problems, problem => Assert.Contains($"| {problem.Status} | {problem.Code} |", errors, StringComparison.Ordinal));
    }

    /// <summary>The tables of docs/lane-language.md match those in code; FIELDNODE_WRITE_PICTURES=1 writes them.</summary>
    [Fact]
    public void The_lane_languages_tables_are_the_cards_printed_and_the_screens_words()
    {
        var path = Path.Combine(Repository.Root, "docs", "lane-language.md");
        var page = File.ReadAllText(path);
        var cards = ControlCards.All.Select(card => $"| `{card.Code}` | {card.Sign} | {card.English} | {card.Chinese} |");
        var refusals = Enumerable.Range(1, Refusal.Last).Select(reason => (byte)reason)
            .Select(reason => $"| {Refusal.Name(reason)} | {ScreenWords.OfRefusal(reason, ScreenWords.English)} | "
            + $"{ScreenWords.OfRefusal(reason, ScreenWords.Chinese)} |");
        var wanted = Block(Block(page, "cards", ["| card | sign | English | Chinese |", "|---|---|---|---|", .. cards]), "refusals",
            ["| reason | English | Chinese |", "|---|---|---|", .. refusals]);
        if (Environment.GetEnvironmentVariable("FIELDNODE_WRITE_PICTURES") == "1")
        {
            File.WriteAllText(path, wanted);
            page = wanted;
        }

        Assert.Equal(wanted, page);
    }

    [Fact]
    public void The_volunteers_page_is_the_one_that_is_printed()
    {
        var path = Path.Combine(Repository.Root, "docs", "volunteer.md");
        var page = File.ReadAllText(path);
        var rows = GuidePage.Tasks.ToDictionary(task => $"| {task.Sign} | **", task => $"| {task.Sign} | **{task.English}.** "
            + $"{string.Join(' ', task.Steps.Select(step => step.English))} | "
            + $"**{task.Chinese}：**{string.Concat(task.Steps.Select(step => step.Chinese))} |");
        if (Environment.GetEnvironmentVariable("FIELDNODE_WRITE_PICTURES") == "1")
        {
            page = string.Join('\n', page.Split('\n').Select(line =>
                rows.FirstOrDefault(row => line.StartsWith(row.Key, StringComparison.Ordinal)).Value ?? line));
            File.WriteAllText(path, page);
        }

        Assert.All(rows.Values, row => Assert.Contains(row, page, StringComparison.Ordinal));
        // Each sign is that of a card.
        Assert.All(GuidePage.Tasks.Where(task => task.Sign is not ("☺" or "◉" or "⌂" or "⚡")),
            task => Assert.Contains(ControlCards.All, card => card.Sign == task.Sign));
    }

    [Fact]
    public void Every_threat_names_tests_that_exist()
    {
        var tests = typeof(DocumentTests).Assembly.GetTypes().Where(type => type.Name.EndsWith("Tests", StringComparison.Ordinal))
            .ToLookup(type => type.Name, type => type.GetMethods().Select(method => method.Name).ToHashSet());
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "threats.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| threat |", StringComparison.Ordinal)
            && !line.StartsWith("| taken out |", StringComparison.Ordinal)).ToList();

        Assert.True(rows.Count > 20, "the search for threats finds too few");
        Assert.All(rows, row =>
        {
            var named = TestName().Matches(row.Split('|')[3]).Select(match => (Class: match.Groups[1].Value, Test: match.Groups[2].Value))
                .ToList();
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.True(tests[name.Class].Any(methods => name.Test.Length == 0 || methods.Contains(name.Test)),
                $"there is no test {name.Class}.{name.Test}"));
        });
    }

    private static string Block(string page, string name, IEnumerable<string> lines)
    {
        var start = page.IndexOf("-->", page.IndexOf($"<!-- {name}", StringComparison.Ordinal), StringComparison.Ordinal) + 4;
        var end = page.IndexOf("<!-- end -->", start, StringComparison.Ordinal);
        return page[..start] + "\n" + string.Join('\n', lines) + "\n\n" + page[end..];
    }

    [GeneratedRegex(@"`([A-Z]\w+Tests)(?:\.(\w+))?`")]
    private static partial Regex TestName();

    [GeneratedRegex("""new HostFault\(\s*"([a-z-]+)""")]
    private static partial Regex FaultCode();
}
