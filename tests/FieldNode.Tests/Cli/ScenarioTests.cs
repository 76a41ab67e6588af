using System.Text.Json;
using System.Text.Json.Schema;
using FieldNode.Log;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>Each row A1 to B7 of docs/field-facts.md, through the real node, host and merge.</summary>
public sealed class ScenarioTests
{
    private static readonly JsonSerializerOptions s_withoutNulls =
        new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private const int OfASample = 2;

    // B4, the longest, runs only with --nightly, and only once: RouteTests uses its data.
    private static readonly string[] s_all = [.. ScenarioFile.All.Select(scenario => scenario.Name).Where(name => name != "b4")];
    private static readonly string[] s_hostile = ["a3", "a5", "a7", "a9", "b2"];
    private static readonly int s_seed = Seed.Take(nameof(A_row_of_the_field_keeps_its_promise));

    public static TheoryData<string> Names => [.. Sweep.Choose(s_all.Length, OfASample, s_seed).Select(i => s_all[i])];

    public static TheoryData<string> HostileNames => [.. Sweep.Choose(s_hostile.Length, 1, s_seed).Select(i => s_hostile[i])];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_of_the_field_keeps_its_promise(string name)
    {
        using var directory = new TemporaryDirectory();

        var (exit, output, error) = Tool.Run("simulate", "--scenario", name, "--report", directory.File("report.json"));

        Assert.True(exit == ExitCode.Done, output + error);
        var report = JsonDocument.Parse(File.ReadAllText(directory.File("report.json"))).RootElement;
        Assert.True(report.GetProperty("kept").GetBoolean());
        TestContext.Current.TestOutputHelper?.WriteLine($"{report.GetProperty("row")}: "
            + $"{report.GetProperty("figures").GetRawText().ReplaceLineEndings(" ")}");
    }

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void With_hostile_faults_and_a_new_seed_it_keeps_it_too(string name)
    {
        var seed = Seed.Take(nameof(With_hostile_faults_and_a_new_seed_it_keeps_it_too));

        var (exit, output, error) = Tool.Run("simulate", "--scenario", name, "--faults", "hostile", "--seed", $"{seed & 0x7FFFFFFF}");

        Assert.True(exit == ExitCode.Done, output + error);
    }

    [Fact]
    public void A_row_that_expects_faults_is_kept_without_them()
    {
        var (exit, output, error) = Tool.Run("simulate", "--scenario", "a4", "--faults", "none");

        Assert.True(exit == ExitCode.Done, output + error);
    }

    [Fact]
    public void On_seeds_that_nobody_chose_a_sweep_keeps_every_promise()
    {
        var runs = Sweep.Count(3, 2);
        var (exit, output, error) = Tool.Run("simulate", "--scenario", "b5", "--seeds", $"{runs}");

        Assert.True(exit == ExitCode.Done, output + error);
        Assert.Contains($"KEPT on all {runs} runs", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_prints_the_commands_of_the_runs_that_fail()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("mine.json");
        File.WriteAllText(path, """{ "name": "mine", "row": "-", "title": "t", "promise": "p", "lanes": 1, "people": 3, "secondsPerPerson": 5, "plan": [{ "groups": {} }], "expect": { "people": "= 4" } }""");

        var (exit, output, error) = Tool.Run("simulate", "--scenario", path, "--seeds", "2", "--seed", "5", "--faults", "none");

        Assert.Equal(ExitCode.Failed, exit);
        Assert.Equal([$"fieldnode simulate --scenario {path} --seed 5 --faults none  # people = 4: 3", $"fieldnode simulate --scenario "
            + $"{path} --seed 6 --faults none  # people = 4: 3"], output.TrimEnd().Split('\n'));
        Assert.Contains("BROKEN on 2 of 2 runs", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_has_its_scenario()
    {
        string[] rows = [.. Enumerable.Range(1, 11).Select(i => $"A{i}"), .. Enumerable.Range(1, 7).Select(i => $"B{i}")];

        Assert.Equal(rows, ScenarioFile.All.Select(scenario => scenario.Row));
        Assert.All(ScenarioFile.All, scenario => Assert.Equal(scenario.Row, scenario.Name, ignoreCase: true));
    }

    [Fact]
    public void A_broken_promise_ends_with_1_and_the_command_that_repeats_it()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("mine.json");
        File.WriteAllText(path, """{ "name": "mine", "row": "-", "title": "t", "promise": "p", "lanes": 1, "people": 3, "secondsPerPerson": 5, "plan": [{ "groups": {} }], "expect": { "people": "= 4" } }""");

        var (exit, output, error) = Tool.Run("simulate", "--scenario", path, "--seed", "5", "--faults", "none");

        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("✗ │ people", output, StringComparison.Ordinal);
        Assert.Contains($"fieldnode simulate --scenario {path} --seed 5 --faults none", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FN:DONE", "", "refused (no-place)")]
    [InlineData("FN:BADGE:a", "no-tube", "confirmed")]
    public void A_lane_that_answers_otherwise_than_the_plan_says_ends_the_run(string code, string refused, string answer)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("mine.json");
        var item = JsonSerializer.Serialize(new { scan = code, refused = refused.Length == 0 ? null : refused }, s_withoutNulls);
        File.WriteAllText(path, """{ "name": "mine", "row": "-", "title": "t", "promise": "p", "lanes": 1, "people": 3, "secondsPerPerson": 5, "plan": [ITEM], "expect": {} }""".Replace("ITEM", item, StringComparison.Ordinal));

        var (exit, _, error) = Tool.Run("simulate", "--scenario", path);

        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains($"scenario-stuck: lane 1: '{code}' was {answer}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pages_example_keeps_its_promise()
    {
        using var directory = new TemporaryDirectory();
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "scenarios.md"));
        var start = page.IndexOf("```json", StringComparison.Ordinal) + 7;
        File.WriteAllText(directory.File("my-day.json"), page[start..page.IndexOf("```", start, StringComparison.Ordinal)]);

        var (exit, output, error) = Tool.Run("simulate", "--scenario", directory.File("my-day.json"));

        Assert.True(exit == ExitCode.Done, output + error);
    }

    [Theory]
    [InlineData("{", "mine.json")]
    [InlineData("""{ "name": "mine" }""", "row")]
    [InlineData("""{ "name": "m", "row": "-", "title": "t", "promise": "p", "lanes": 0, "people": 3, "secondsPerPerson": 5, "plan": [], "expect": {} }""", "lanes is 0: 1 to 5000")]
    [InlineData("""{ "name": "m", "row": "-", "title": "t", "promise": "p", "lanes": 1, "people": 3, "secondsPerPerson": 5, "plan": [{}], "expect": {} }""", "exactly one of")]
    [InlineData("""{ "name": "m", "row": "-", "title": "t", "promise": "p", "lanes": 1, "people": 3, "secondsPerPerson": 5, "plan": [{ "scan": "x", "refused": "bad mood" }], "expect": {} }""", "bad mood")]
    [InlineData("""{ "name": "m", "row": "-", "title": "t", "promise": "p", "lanes": 1, "people": 3, "secondsPerPerson": 5, "plan": [], "expect": { "people": "about 3" } }""", "about 3")]
    [InlineData("""{ "name": "m", "row": "-", "title": "t", "promise": "p", "lanes": 1, "people": 3, "secondsPerPerson": 5, "plans": { "x": [] }, "plan": [], "expect": {} }""", "plans")]
    [InlineData("""{ "name": "m", "row": "-", "title": "t", "promise": "p", "lanes": 1, "peeple": 3, "people": 3, "secondsPerPerson": 5, "plan": [], "expect": {} }""", "peeple")]
    public void A_scenario_that_is_not_whole_is_refused_with_what_is_wrong(string json, string word)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("mine.json");
        File.WriteAllText(path, json);

        var (exit, _, error) = Tool.Run("simulate", "--scenario", path);

        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains("bad-scenario", error, StringComparison.Ordinal);
        Assert.Contains(word, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a12", "bad-scenario")]
    public void An_unknown_name_lists_the_known_ones(string name, string code)
    {
        var (exit, _, error) = Tool.Run("simulate", "--scenario", name);

        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains(code, error, StringComparison.Ordinal);
        Assert.Contains("a1 a2 a3", error, StringComparison.Ordinal);
    }

    /// <summary>docs/scenario.schema.json matches the reader; FIELDNODE_WRITE_PICTURES=1 writes it.</summary>
    [Fact]
    public void The_schema_is_that_of_the_reader()
    {
        var path = Path.Combine(Repository.Root, "docs", "scenario.schema.json");
        var options = new JsonSerializerOptions(ScenarioFile.Options)
        {
            WriteIndented = true,
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver()
        };
        var schema = options.GetJsonSchemaAsNode(typeof(Scenario)).ToJsonString(options) + "\n";
        if (Environment.GetEnvironmentVariable("FIELDNODE_WRITE_PICTURES") == "1")
        {
            File.WriteAllText(path, schema);
        }

        Assert.Equal(schema, File.ReadAllText(path));
    }

    [Fact]
    public void The_page_lists_every_scenario_with_its_promise_and_every_figure()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "scenarios.md"));
        using var directory = new TemporaryDirectory();
        var path = directory.File("report.json");
        Tool.Run("simulate", "--scenario", "a6", "--faults", "none", "--report", path);
        var figures = JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("figures").EnumerateObject()
            .Select(figure => figure.Name);

        Assert.All(ScenarioFile.All, scenario => Assert.Contains($"| {scenario.Row} | {scenario.Name} | {scenario.Promise} |", page,
            StringComparison.Ordinal));
        Assert.All(figures.Where(name => !name.StartsWith("refused.", StringComparison.Ordinal)),
            name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }
}
