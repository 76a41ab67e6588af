using FieldNode.Host;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>Cards that fieldnode nodes prints: none that would cut its node off.</summary>
public sealed class CardVerbTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.File("data");

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

    [Fact]
    public void A_renewed_card_must_tell_the_address_again()
    {
        Assert.Equal(0, Tool.Run("nodes", "add", "lane-1", "--data", Data).Exit);

        Assert.Equal(ExitCode.Usage, Tool.Run("nodes", "renew", "lane-1", "--data", Data).Exit);
        Assert.Equal(0, Tool.Run("nodes", "renew", "lane-1", "--data", Data, "--url", "http://10.0.0.5:8080", "--card", _directory.File("card.html")).Exit);
        Assert.Contains("lane-1", File.ReadAllText(_directory.File("card.html")), StringComparison.Ordinal);
        Assert.DoesNotContain("claim=", File.ReadAllText(_directory.File("card.html")), StringComparison.Ordinal);
    }
}
