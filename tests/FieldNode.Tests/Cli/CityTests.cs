using System.Text.Json;
using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>A small city on real hosts, killed in its busiest hour, with lost answers.</summary>
public sealed class CityTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static string SmallCity => Repository.Fixture("small-city.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void One_host_on_a_file_loses_and_doubles_nobody_and_its_day_is_told()
    {
        var (exit, output, error) = Tool.Run("simulate", "--scenario", SmallCity, "--seed", "3", "--keep", _directory.File("kept"),
            "--report", _directory.File("report.json"));

        Assert.True(exit == ExitCode.Done, output + error);
        Assert.Contains("KEPT", error, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(File.ReadAllText(_directory.File("report.json")));
        Assert.Equal(1, report.RootElement.GetProperty("figures").GetProperty("hosts").GetInt32());
        Assert.True(report.RootElement.GetProperty("figures").GetProperty("unanswered").GetInt32() > 0, "the outage had no effect");
        Assert.True(report.RootElement.GetProperty("figures").GetProperty("answersLost").GetInt32() > 0, "no answer was lost");
        var outage = report.RootElement.GetProperty("outage");
        var moments = report.RootElement.GetProperty("moments").EnumerateArray().ToList();
        Assert.Contains(moments, moment => moment.GetProperty("hour").GetDouble() is var hour && hour > outage.GetProperty("from")
            .GetDouble() && hour < outage.GetProperty("to").GetDouble() && moment.GetProperty("waiting").GetInt64() > 0);
        var verified = Tool.Run("verify", "--data", _directory.File("kept/host-1"));
        Assert.True(verified.Exit == ExitCode.Done, verified.Output + verified.Error);
    }

    [Fact]
    public void Hosts_that_share_a_database_lose_and_double_nobody()
    {
        var (exit, output, error) = Tool.Run("simulate", "--scenario", SmallCity, "--store",
            Stores.Postgres.AddressOf(_directory.File("shared")), "--report", "-");

        Assert.True(exit == ExitCode.Done, output + error);
        using var report = JsonDocument.Parse(output);
        Assert.Equal(2, report.RootElement.GetProperty("figures").GetProperty("hosts").GetInt32());
    }

    [Theory]
    [InlineData("\"nodes\": 60", "\"nodes\": 0", "nodes is 0: 1 to 50000")]
    [InlineData("\"people\": 12007", "\"people\": 59", "people is 59: at least one for each of the 60 nodes")]
    [InlineData("\"outageHours\": 1", "\"outageHours\": 7", "the outage ends at hour 12.5, after the day's 12")]
    [InlineData("\"minutes\": 0.2", "\"minutes\": 0", "minutes is 0: more than 0")]
    [InlineData("\"lostAnswers\": 0.1", "\"lostAnswers\": 0.9", "lostAnswers is 0.9: 0 to 0.5")]
    [InlineData("\"= 6\"", "\"about 6\"", "expect twice: 'about 6'")]
    [InlineData("\"hosts\": 2", "\"hots\": 2", "hots")]
    public void A_city_that_is_not_whole_is_refused_with_what_would_be(string what, string instead, string said)
    {
        var path = _directory.File("city.json");
        File.WriteAllText(path, File.ReadAllText(SmallCity).Replace(what, instead, StringComparison.Ordinal));

        var (exit, _, error) = Tool.Run("simulate", "--scenario", path);

        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains("bad-scenario", error, StringComparison.Ordinal);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shared_database_is_refused_for_another_scenario()
    {
        var (exit, _, error) = Tool.Run("simulate", "--scenario", "b2", "--store", "x");

        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains("not-a-city", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_of_lanes_are_refused_for_a_city()
    {
        var (exit, _, error) = Tool.Run("simulate", "--scenario", SmallCity, "--faults", "none");

        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains("is-a-city", error, StringComparison.Ordinal);
    }
}
