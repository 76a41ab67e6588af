using System.Diagnostics;
using System.Text.RegularExpressions;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>
/// Plain English (docs/CONTRIBUTING.md, "Style"): banned words are nowhere, and every other word is one that hunspell knows, or one of
/// tests/fixtures/words.txt.
/// </summary>
public sealed partial class WordsTests
{
    private static readonly string[] s_kinds = [".cs", ".md", ".js", ".html", ".css", ".txt", ".sql", ".sh", ".yml", ".py", ".scad",
        ".json", ".props", ".targets", ".csproj", ".nfproj"];

    /// <summary>What is read for spelling: prose, comments, and what the tool says.</summary>
    private static readonly string[] s_prose = [".md", ".cs", ".js"];

    [Fact]
    public void Words_that_nobody_says_are_nowhere()
    {
        var found = Files(s_kinds).Where(file => !file.EndsWith("WordsTests.cs", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Index().Where(line => Banned().IsMatch(line.Item))
                .Select(line => $"{file}:{line.Index + 1}: '{Banned().Match(line.Item).Value}': say it plainly (docs/CONTRIBUTING.md)"));

        Assert.Empty(found);
    }

    [Fact]
    public void Every_word_is_spelled_right_or_one_of_ours()
    {
        var ours = File.ReadAllLines(Repository.Fixture("words.txt")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var words = Prose().SelectMany(text => Word().Matches(text.Text).Select(word => (word.Value, text.File)))
            .Where(word => !ours.Contains(word.Value))
            .GroupBy(word => word.Value, word => word.File).ToDictionary(word => word.Key, word => word.First());
        Assert.True(words.Count > 1000, "the search for words finds too few");

        var wrong = Misspelled(words.Keys).Where(word => !ours.Contains(word)).Order(StringComparer.OrdinalIgnoreCase).ToList();

        Assert.True(wrong.Count == 0, $"mend them, or add them to tests/fixtures/words.txt:\n{string.Join('\n',
            wrong.Select(word => $"{word}  ({words.GetValueOrDefault(word)})"))}");
    }

    [Fact]
    public void Our_own_words_are_in_order_and_each_is_used()
    {
        var ours = File.ReadAllLines(Repository.Fixture("words.txt"));
        var used = Prose().SelectMany(text => Word().Matches(text.Text).Select(word => word.Value))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

        Assert.Equal(ours.Order(StringComparer.OrdinalIgnoreCase).Distinct(StringComparer.OrdinalIgnoreCase), ours);
        Assert.DoesNotContain(ours, word => !used.Contains(word));
    }

    private static IEnumerable<(string File, string Text)> Prose()
    {
        var help = Path.Combine(Repository.Root, "host-tools", "FieldNode.Cli", "help.en.txt");
        return Files(s_prose).SelectMany(Words).Append((help, File.ReadAllText(help)));
    }

    private static IEnumerable<string> Files(string[] kinds)
    {
        return Directory.EnumerateFiles(Repository.Root, "*", SearchOption.AllDirectories)
            .Where(path => kinds.Contains(Path.GetExtension(path)) && !Skipped().IsMatch(path[Repository.Root.Length..]));
    }

    // Code between backticks, in blocks and in links is no prose; nor is a test's name, or what a comment quotes.
    private static IEnumerable<(string File, string Text)> Words(string path)
    {
        var text = File.ReadAllText(path);
        return path.EndsWith(".md", StringComparison.Ordinal)
            ? [(path, Code().Replace(text, " "))]
            : Comment().Matches(text).Select(comment => (path, Quoted().Replace(comment.Value, " ")));
    }

    private static string[] Misspelled(IEnumerable<string> words)
    {
        var start = new ProcessStartInfo("hunspell") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { "-l", "-d", "en_US,en_GB", "-i", "utf-8" })
        {
            start.ArgumentList.Add(argument);
        }

        using var hunspell = Process.Start(start)!;
        var read = hunspell.StandardOutput.ReadToEndAsync();
        hunspell.StandardInput.Write(string.Join('\n', words));
        hunspell.StandardInput.Close();
        hunspell.WaitForExit();
        return [.. read.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct()];
    }

    [GeneratedRegex(@"(?i:\breckon|\banew\b|\bwhoever\b|\bas ever\b|\bof nobody\b|\bfor want of\b|\bnobody's\b|\bevermore\b|\bof chance\b"
        + @"|\bto be had\b|\bso manyth\b)|(?<!there )\b(is no (name|address|code|card|log|frame|test)|(is|are) none)\b")]
    private static partial Regex Banned();

    [GeneratedRegex(@"/(bin|obj|packages|artifacts|\.git|demo-out)/|/fixtures/|/contract/|packages\.lock\.json|Glyphs\.cs|help\.zh\.txt")]
    private static partial Regex Skipped();

    [GeneratedRegex(@"\b[A-Za-z][a-z]{3,}\b")]
    private static partial Regex Word();

    [GeneratedRegex(@"^```.*?^```$|(?<=\n\n)(    [^\n]+\n)+|`[^`]*`|\]\([^)]*\)|https?://\S+", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^\s*///? .*$|(?<=[;{},)] )// .*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("""<[^>]*>|"[^"]*"|'[^' ]*'|`[^`]*`|https?://\S+|\w+[._/]\w+|\w*[a-z][A-Z]\w*""")]
    private static partial Regex Quoted();
}
