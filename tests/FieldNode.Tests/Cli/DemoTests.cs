using System.Text.Json;
using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

public sealed class DemoTests
{
    [Fact]
    public void The_sites_day_ends_with_what_the_volunteers_saw()
    {
        var (exit, output, error) = SharedDay.Site.Result;

        Assert.True(exit == ExitCode.Done, output + error);
        Assert.Matches(@"│ all +│ 600 +│ 600 +│ 0 +│ 0 +│ 0 +│", output);
        Assert.Matches(@"[1-9]\d* power cuts, [1-9]\d* host kills", error + output);
        Assert.Equal(601, File.ReadAllLines(SharedDay.Site.File("merged.csv")).Length);
        Assert.Contains("The merged log is what the volunteers saw.", File.ReadAllText(SharedDay.Site.File("report.html")),
            StringComparison.Ordinal);
        Assert.All(["oled-L1.png", "oled-L2.png", "oled-L3.png"],
            name => Assert.True(new FileInfo(SharedDay.Site.File(name)).Length > 1000));
    }

    [Fact]
    public void One_seed_gives_one_run()
    {
        using var again = new TemporaryDirectory();
        Tool.Run("demo", "--out", again.Path);

        Assert.Equal(File.ReadAllBytes(SharedDay.Site.File("merged.csv")), File.ReadAllBytes(again.File("merged.csv")));
    }

    [Fact]
    public void The_subdistricts_day_ends_with_22000_people_none_lost_none_doubled()
    {
        var (exit, output, error) = SharedDay.Subdistrict.Result;

        Assert.True(exit == ExitCode.Done, output + error);
        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal((22_000, 22_000, 0, 0),
            (result.GetProperty("people").GetInt32(), result.GetProperty("merged").GetInt32(), result.GetProperty("lost").GetInt32(),
            result.GetProperty("doubled").GetInt32()));
    }
}
