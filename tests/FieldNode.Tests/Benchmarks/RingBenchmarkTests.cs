using System.Text.Json;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Benchmarks;

/// <summary>The ring's figures are counts, the same on every machine, so a test can enforce its goals.</summary>
public sealed class RingBenchmarkTests
{
    private const string Configuration =
#if DEBUG
        "Debug";
#else
        "Release";
#endif

    private static readonly string[] s_names =
    [
        "bytesPerRecord", "programCallsPerRecord", "pageProgramsPerRecord", "erasesPer1000", "wearMaxOverMean", "recordsHeld256KiB",
            "mountReads256KiB", "mountBytes256KiB",
        "mountReads16MiB", "mountReads16MiBAfterConsuming", "acknowledge50Programs", "acknowledge50Bytes", "ramBytes256KiB",
            "ramBytes16MiB",
    ];

    [Fact]
    public void Every_goal_of_the_ring_is_met_and_every_figure_has_its_name()
    {
        var program = Path.Combine(Repository.Root, "tests", "FieldNode.Benchmarks", "bin", Configuration, "net10.0",
            "FieldNode.Benchmarks");
        var (exit, output) = Repository.Run(program, Repository.Root, "ring");
        Assert.True(exit == 0, output);
        Assert.DoesNotContain("NOT MET", output, StringComparison.Ordinal);

        var (_, json) = Repository.Run(program, Repository.Root, "ring", "--json");
        var figures = JsonDocument.Parse(json).RootElement;
        Assert.All(s_names, name => Assert.True(figures.GetProperty(name).GetDouble() > 0, name));
    }
}
