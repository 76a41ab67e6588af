using System.Text.Json;
using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

public sealed class DemoTests
{
    [Fact]
    public void The_sites_day_ends_with_what_the_volunteers_saw()
    {
        using var directory = new TemporaryDirectory();

        var (exit, output, error) = Tool.Run("demo", "--out", directory.Path, "--json");

        Assert.True(exit == ExitCode.Done, output + error);
        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal(600, result.GetProperty("merged").GetInt32());
        Assert.True(result.GetProperty("powerCuts").GetInt32() >= 1 && result.GetProperty("hostKills").GetInt32() >= 1);
        Assert.Equal(601, File.ReadAllLines(directory.File("merged.csv")).Length);
        Assert.Contains("The merged log is what the volunteers saw.", File.ReadAllText(directory.File("report.html")),
            StringComparison.Ordinal);
        Assert.All(["oled-L1.png", "oled-L2.png", "oled-L3.png"], name => Assert.True(new FileInfo(directory.File(name)).Length > 1000));
    }

    [Fact]
    public void One_seed_gives_one_run()
    {
        using var first = new TemporaryDirectory();
        using var second = new TemporaryDirectory();
        Tool.Run("demo", "--out", first.Path, "--seed", "7");
        Tool.Run("demo", "--out", second.Path, "--seed", "7");

        Assert.Equal(File.ReadAllBytes(first.File("merged.csv")), File.ReadAllBytes(second.File("merged.csv")));
    }

    [Fact]
    public void The_subdistricts_day_ends_with_22000_people_none_lost_none_doubled()
    {
        var (exit, output, error) = SubdistrictDay.Result;

        Assert.True(exit == ExitCode.Done, output + error);
        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal((22_000, 22_000, 0, 0),
            (result.GetProperty("people").GetInt32(), result.GetProperty("merged").GetInt32(), result.GetProperty("lost").GetInt32(),
            result.GetProperty("doubled").GetInt32()));
    }
}
