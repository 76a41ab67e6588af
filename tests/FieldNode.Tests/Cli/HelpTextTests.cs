using System.Text.RegularExpressions;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>Both languages have a text for everything that the command asks for, and no unused text.</summary>
public sealed partial class HelpTextTests
{
    private static readonly string s_root = Path.Combine(Repository.Root, "host-tools", "FieldNode.Cli");

    [Theory]
    [InlineData("en")]
    [InlineData("zh")]
    public void Each_verb_and_option_has_its_text(string language)
    {
        var asked = Directory.EnumerateFiles(s_root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(path => Asked().Matches(File.ReadAllText(path))).Select(match => match.Groups[1].Value).Distinct().Order();
        var texts = Text().Matches(File.ReadAllText(Path.Combine(s_root, $"help.{language}.txt")));

        Assert.Equal(asked, texts.Select(text => text.Groups["what"].Value).Order());
        Assert.All(texts, text => Assert.False(string.IsNullOrWhiteSpace(text.Groups["text"].Value), text.Value));
    }

    [Fact]
    public void Both_languages_are_in_one_order()
    {
        var orders = new[] { "en", "zh" }.Select(language => Text().Matches(File.ReadAllText(Path.Combine(s_root, $"help.{language}.txt")))
            .Select(text => text.Groups["what"].Value).ToList()).ToList();

        Assert.Equal(orders[0], orders[1]);
    }

    [GeneratedRegex("Help\\.Text\\(\"([^\"]+)\"\\)")]
    private static partial Regex Asked();

    [GeneratedRegex(@"^# (?<what>.+)\n(?<text>(?:(?!# ).*\n?)*)", RegexOptions.Multiline)]
    private static partial Regex Text();
}
