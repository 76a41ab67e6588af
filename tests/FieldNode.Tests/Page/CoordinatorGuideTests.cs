using System.Text;
using System.Text.RegularExpressions;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Page;

/// <summary>
/// Every command of docs/coordinator.md and docs/coordinator.zh.md is run, in order, and prints what the guide shows.
/// FIELDNODE_WRITE_PICTURES=1 updates the guides.
/// </summary>
public sealed partial class CoordinatorGuideTests
{
    private const int LinesShown = 14;
    private const string HostShown = "1A2B3C4D";

    [Theory]
    [InlineData("coordinator.md", "en")]
    [InlineData("coordinator.zh.md", "zh")]
    public async Task Every_command_prints_what_the_guide_shows(string name, string language)
    {
        await using var day = new PageDay();
        await day.InitializeAsync();
        using var directory = new TemporaryDirectory();
        File.Copy(Repository.Fixture("roster.csv"), directory.File("roster.csv"));
        var path = Path.Combine(Repository.Root, "docs", name);
        var page = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);

        var wanted = Block().Replace(page, block => "```console\n" + string.Join('\n', Command().Matches(block.Value)
            .Select(command => Run(command.Groups[1].Value, day.Store, directory, language))) + "\n```");
        if (Environment.GetEnvironmentVariable("FIELDNODE_WRITE_PICTURES") == "1")
        {
            await File.WriteAllTextAsync(path, wanted, TestContext.Current.CancellationToken);
            page = wanted;
        }

        Assert.True(Command().Count(page) >= 15, "the search for commands finds too few");
        Assert.Equal(wanted, page);
    }

    // The command as in the guide, then its output: data first, then messages; long output is truncated.
    private static string Run(string command, HostStore store, TemporaryDirectory directory, string language)
    {
        var arguments = Word().Matches(command).Select(match => match.Value.Trim('"')).Skip(1).ToArray();
        var (_, output, error) =
            Tool.Run(new Dictionary<string, string>
            {
                ["FIELDNODE_DATA"] = Path.GetDirectoryName(store.Path)!,
                ["FIELDNODE_LANG"] = language,
                ["TZ"] = "Asia/Shanghai"
            }, directory.Path, arguments);
        var lines = $"{output.TrimEnd()}\n{error.TrimEnd()}".Trim('\n').Split('\n')
            .Select(line => line.TrimEnd().Replace($"{store.HostId:X8}", HostShown, StringComparison.Ordinal)).ToList();
        lines = [.. lines.Select(line => LogEpoch().Replace(line, HostShown + "/5E6F7A8B")
            .Replace(Path.GetDirectoryName(store.Path)!, "day/host-1", StringComparison.Ordinal))
            .Select(line => Now().Replace(line, "2026-01-01 12:00:00")).Select(line => NowUtc().Replace(line, "2026-01-01T12:00:00Z"))
            .Select(line => Bytes().Replace(line, "…")).Select(line => Hash().Replace(line, "…"))
            .Select(line => Link().Replace(line, "…"))];
        if (lines.Count > LinesShown + 2)
        {
            lines = [.. lines.Take(LinesShown), "…", lines[^1]];
        }

        return new StringBuilder("$ ").AppendLine(command).AppendJoin('\n', lines).ToString().ReplaceLineEndings("\n");
    }

    [GeneratedRegex("(?<=#link=)[A-Za-z0-9_-]{43}")]
    private static partial Regex Link();

    [GeneratedRegex("[0-9A-F]{64}")]
    private static partial Regex Hash();

    [GeneratedRegex("```console\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\$ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();

    // Values that differ from run to run: the time of a decision, the epoch of the host's log, and the size of the database.
    [GeneratedRegex("20(2[6-9]|[3-9][0-9])-[0-9]{2}-[0-9]{2} [0-9:]{8}")]
    private static partial Regex Now();

    [GeneratedRegex("20(2[6-9]|[3-9][0-9])-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")]
    private static partial Regex NowUtc();

    [GeneratedRegex("(?<=FFFFFFFF)1A2B3C4D/[0-9A-F]{8}")]
    private static partial Regex LogEpoch();

    [GeneratedRegex("[0-9]+(?= bytes| 字节)")]
    private static partial Regex Bytes();
}
