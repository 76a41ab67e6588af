using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>The hook that checks a commit's message (docs/CONTRIBUTING.md, "Commits").</summary>
public sealed class GitHookTests
{
    [Theory]
    [InlineData("Add a lamp\n\nBecause it is dark.\n", "")]
    [InlineData("Need more light\n\nBecause it is dark.\n", "")]
    [InlineData("Merge branch 'lamps'\n", "")]
    [InlineData("Added a lamp\n\nBecause it is dark.\n", "imperative")]
    [InlineData("Adding a lamp\n\nBecause it is dark.\n", "imperative")]
    [InlineData("add a lamp\n\nBecause it is dark.\n", "capital letter")]
    [InlineData("Add a lamp.\n\nBecause it is dark.\n", "full stop")]
    [InlineData("Add a lamp\nBecause it is dark.\n", "second line is empty")]
    [InlineData("Add a lamp\n", "says why")]
    [InlineData("Add a lamp that shines on each of the lanes from morning to night\n\nBecause it is dark.\n", "60 characters")]
    public void A_message_has_a_short_imperative_subject_and_says_why(string message, string refused)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("message"), message);

        var (exit, said) = Repository.Run("bash", Repository.Root, ".githooks/commit-msg", directory.File("message"));

        Assert.Equal(refused.Length > 0 ? 1 : 0, exit);
        Assert.Contains(refused, said, StringComparison.Ordinal);
    }
}
