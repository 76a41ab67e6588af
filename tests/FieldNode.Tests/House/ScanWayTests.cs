using System.Text.RegularExpressions;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>docs/architecture.md follows a scan from the scanner to the page: each function exists and calls the next one.</summary>
public sealed partial class ScanWayTests
{
    private static readonly string s_docs = Path.Combine(Repository.Root, "docs");

    [Fact]
    public void Each_function_of_a_scans_way_is_where_the_page_says_and_calls_the_next_one()
    {
        var steps = Step().Matches(File.ReadAllText(Path.Combine(s_docs, "architecture.md")))
            .Select(step => (Crosses: step.Groups[1].Value.Contains('⇢'), File: step.Groups[2].Value, Function: step.Groups[3].Value))
            .ToList();

        Assert.True(steps.Count > 20, "the search for steps finds too few");
        for (var i = 0; i < steps.Count; i++)
        {
            var bodies = Bodies(Path.GetFullPath(Path.Combine(s_docs, steps[i].File)), steps[i].Function);
            Assert.True(bodies.Count > 0, $"{steps[i].File} has no function {steps[i].Function}");
            if (i + 1 < steps.Count && !steps[i + 1].Crosses)
            {
                var next = new Regex($@"\b{steps[i + 1].Function}\(");
                Assert.True(bodies.Exists(next.IsMatch), $"{steps[i].Function} in {steps[i].File} does not call {steps[i + 1].Function}");
            }
        }
    }

    // The bodies of all functions with a given name in a file, without their signatures.
    private static List<string> Bodies(string path, string function)
    {
        var text = File.ReadAllText(path);
        var bodies = new List<string>();
        foreach (Match head in Regex.Matches(text,
            $@"^ +(?:(?:public|private|internal|static|async|override) )+[\w<>\[\]?,.() ]+ {function}\(.*\)(?: =>)?",
            RegexOptions.Multiline))
        {
            var from = head.Index + head.Length;
            bodies.Add(head.Value.EndsWith("=>", StringComparison.Ordinal) ? text[from..text.IndexOf(';', from)] : Block(text, from));
        }

        return bodies;
    }

    private static string Block(string text, int from)
    {
        var (depth, at) = (0, text.IndexOf('{', from));
        var start = at;
        do
        {
            depth += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            at++;
        }
        while (depth > 0);
        return text[start..at];
    }

    [GeneratedRegex(@"^\|(.*?)\| \[[\w.]+\]\(([^)]+\.cs)\) \| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Step();
}
