using FieldNode.Answers;
using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>Cards that fieldnode nodes prints; it prints none that would cut its node off.</summary>
public sealed class CardVerbTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.File("data");

    public CardVerbTests()
    {
        AnsweringStore.Open(Data);
    }

    public void Dispose()
    {
        _directory.Dispose();
    }

    [Theory]
    [InlineData("bad-wifi", "--wifi-password", "secret12")]
    [InlineData("bad-wifi", "--wifi", "Site", "--wifi-password", "short", "--url", "http://10.0.0.5:8080")]
    [InlineData("bad-url", "--wifi", "Site", "--wifi-password", "secret12")]
    public void A_card_that_would_cut_its_node_off_is_not_printed(string code, params string[] arguments)
    {
        var (exit, output, error) = Tool.Run(["nodes", "add", "lane-1", "--data", Data, .. arguments]);

        Assert.Equal((ExitCode.Usage, ""), (exit, output));
        Assert.Contains($"fieldnode: {code}:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("short", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tubes", "BAG######")]
    [InlineData("--bags", "@@########")]
    [InlineData("--tubes", "##################")]
    [InlineData("--papers", "FN:????")]
    [InlineData("--tubes", "@@########, ")]
    [InlineData("--categories", "elder,lazy")]
    public void Forms_that_a_lane_could_not_tell_apart_are_not_printed(string option, string forms)
    {
        var (exit, output, error) = Tool.Run("nodes", "add", "lane-1", "--data", Data, option, forms);

        Assert.Equal((ExitCode.Usage, ""), (exit, output));
        Assert.Contains("fieldnode: bad-forms:", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Forms_begin_with_any_letter_and_reach_the_card()
    {
        var (exit, _, error) = Tool.Run("nodes", "add", "lane-1", "--data", Data, "--tubes", "@@########", "--bags", "SACK##",
            "--categories", "general,elder", "--card", _directory.File("card.txt"));

        Assert.True(exit == ExitCode.Done, error);
        Assert.Contains(";tubes=@@########;bags=SACK##;cats=general,elder", File.ReadAllText(_directory.File("card.txt")),
            StringComparison.Ordinal);
        Assert.Contains("can the node reach it?", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renewed_card_must_tell_the_address_again()
    {
        Assert.Equal(0, Tool.Run("nodes", "add", "lane-1", "--data", Data).Exit);

        Assert.Equal(ExitCode.Usage, Tool.Run("nodes", "rotate", "lane-1", "--data", Data).Exit);
        Assert.Equal(0, Tool.Run("nodes", "rotate", "lane-1", "--data", Data, "--url", "http://10.0.0.5:8080", "--card",
            _directory.File("card.html")).Exit);
        Assert.Contains("lane-1", File.ReadAllText(_directory.File("card.html")), StringComparison.Ordinal);
        Assert.DoesNotContain("claim=", File.ReadAllText(_directory.File("card.html")), StringComparison.Ordinal);
    }
}
