using System.Text.Json;
using System.Text.Json.Serialization;
using FieldNode.Lane;

namespace FieldNode.Simulator.Worlds;

/// <summary>An invalid or unreadable scenario; the message says what is wrong and where.</summary>
public sealed class ScenarioException(string message) : Exception(message);

/// <summary>Reads scenarios: built-in ones by name, and files.</summary>
public static class ScenarioFile
{
    public const int LanesMax = 5000;
    public const int PeopleMax = 1_000_000;

    private const string Prefix = "FieldNode.Simulator.Scenarios.";

    /// <summary>The JSON options for scenarios; docs/scenario.schema.json is generated from them.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        NumberHandling = JsonNumberHandling.Strict,
    };

    private static readonly Lazy<IReadOnlyList<Scenario>> s_all = new(ReadAll);

    /// <summary>The built-in scenarios, in order of name.</summary>
    public static IReadOnlyList<Scenario> All => s_all.Value;

    /// <summary>Finds a built-in scenario by name or alias, otherwise reads the file.</summary>
    /// <exception cref="ScenarioException">It is neither a known scenario nor a file, or it is invalid.</exception>
    public static Scenario Find(string nameOrPath)
    {
        if (All.FirstOrDefault(scenario => string.Equals(scenario.Name, nameOrPath, StringComparison.OrdinalIgnoreCase)
            || string.Equals(scenario.Alias, nameOrPath, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return known;
        }

        if (!File.Exists(nameOrPath))
        {
            throw new ScenarioException($"'{nameOrPath}' is neither a file nor one of "
                + $"{string.Join(' ', All.Select(scenario => scenario.Name))}");
        }

        try
        {
            return Read(File.ReadAllText(nameOrPath), nameOrPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScenarioException($"{nameOrPath} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads a scenario's JSON text.</summary>
    /// <exception cref="ScenarioException">The scenario is invalid.</exception>
    public static Scenario Read(string json, string where)
    {
        Scenario scenario;
        try
        {
            scenario = JsonSerializer.Deserialize<Scenario>(json, Options) ?? throw new ScenarioException($"{where}: it is empty");
        }
        catch (JsonException e)
        {
            throw new ScenarioException($"{where}: {e.Message}");
        }

        return Check(scenario) is { } fault ? throw new ScenarioException($"{where}: {fault}") : scenario;
    }

    private static string? Check(Scenario scenario)
    {
        var items = scenario.Plan.Concat(scenario.Plans.Values.SelectMany(plan => plan)).ToList();
        return scenario switch
        {
            { Lanes: < 1 or > LanesMax } => $"lanes is {scenario.Lanes}: 1 to {LanesMax}",
            { People: < 0 or > PeopleMax } => $"people is {scenario.People}: 0 to {PeopleMax}",
            { Sites: < 1 } => $"sites is {scenario.Sites}: at least 1",
            { Hosts: < 1 } => $"hosts is {scenario.Hosts}: at least 1",
            { StepMs: < 1 or > 1000 } => $"stepMs is {scenario.StepMs}: 1 to 1000",
            { FlashKilobytes: < 16 or > 16384 } => $"flashKilobytes is {scenario.FlashKilobytes}: 16 to 16384",
            { SecondsPerPerson: <= 0 or > 86_400 } => $"secondsPerPerson is {scenario.SecondsPerPerson}: more than 0, at most 86400",
            { Sites: var sites } when sites > scenario.Lanes => $"sites is {sites}, more than there are lanes",
            { Hosts: var hosts } when hosts > scenario.Sites => $"hosts is {hosts}, more than there are sites",
            { Households: var households } when households < 0 || households > scenario.People =>
                $"households is {households}: 0 to the number of people",
            { Buildings: < 1 } => $"buildings is {scenario.Buildings}: at least 1",
            _ when items.Find(item => item.Given != 1) is not null =>
                "an item of a plan must have exactly one of scan, waitSeconds, groups, homes, stops, training",
            _ when items.Find(item => item.Refused is not null && (item.Scan is null || ReasonOf(item.Refused) == 0)) is { } item =>
                $"refused '{item.Refused}' is not a refusal reason of the lane language",
            _ when scenario.PowerCuts.FirstOrDefault(cut => cut.Lane < 1 || cut.Lane > scenario.Lanes) is { } cut =>
                $"powerCuts: there is no lane {cut.Lane}",
            { Households: 0 } when items.Exists(item => item.Homes is not null || item.Stops is not null) =>
                "homes and stops need households, which is 0",
            _ when scenario.Plans.Keys.FirstOrDefault(key => key.Split('-')
                .Any(end => int.TryParse(end, out var lane) && (lane < 1 || lane > scenario.Lanes))) is { } key =>
                $"plans: there is no lane {key}",
            _ when items.Select(FaultOf).FirstOrDefault(fault => fault is not null) is { } fault => fault,
            _ when scenario.LinkOutages.Concat(scenario.HostOutages)
                .FirstOrDefault(outage => outage.AtSecond < 0 || outage.Seconds < 0) is { } outage =>
                $"an outage at second {outage.AtSecond} for {outage.Seconds} seconds: both must be at least 0",
            _ when scenario.PowerCuts.FirstOrDefault(cut => cut.AtSecond < 0) is { } cut =>
                $"a power cut at second {cut.AtSecond}: must be at least 0",
            _ when scenario.Plans.Keys.FirstOrDefault(key => key.Split('-') is not [var from, ..] parts || parts.Length > 2
                || !parts.All(part => int.TryParse(part, out _))) is { } key =>
                $"plans: '{key}' is not a lane like 2 or a range like 2-9",
            _ when scenario.Expect.FirstOrDefault(expected => !Expectation.TryParse(expected.Value, out _)) is { Key: not null } expected =>
                $"expect {expected.Key}: '{expected.Value}' is not like '= 10', '>= 10' or '<= 10'",
            _ => null,
        };
    }

    private static string? FaultOf(WorkItem item)
    {
        int[] sizes = [item.Groups?.Size ?? 1, item.Homes?.Size ?? 1, item.Stops?.Size ?? 1];
        int[] counts =
        [
            item.WaitSeconds ?? 0, item.Groups?.People ?? 0, item.Groups?.NextEvery ?? 0, item.Groups?.FeverEvery ?? 0,
                item.Groups?.IsolateEvery ?? 0, item.Groups?.NoPapersEvery ?? 0,
            item.Groups?.BookingEvery ?? 0, item.Groups?.StrangerEvery ?? 0, item.Groups?.BagEvery ?? 0, item.Homes?.Count ?? 0,
                item.Stops?.Count ?? 0, item.Training?.Volunteers ?? 0, item.Training?.People ?? 0,
        ];
        return item switch
        {
            _ when Array.Find(sizes, size => size is < 1 or > LaneLimits.GroupSizeMax) is not 0 and var size =>
                $"size is {size}: 1 to {LaneLimits.GroupSizeMax}",
            _ when sizes.Contains(0) => $"size is 0: 1 to {LaneLimits.GroupSizeMax}",
            _ when counts.Any(count => count < 0) => "a number of a plan is below 0",
            { Stops.Count: 0 } or { Homes.Count: 0 } => "count is 0: at least 1, or leave it out",
            { Training.People: > LaneLimits.GroupSizeMax } =>
                $"training's people is {item.Training.People}: at most {LaneLimits.GroupSizeMax}, the size of one tube",
            { Training.Mistakes: < 0 or > 1 } => $"training's mistakes is {item.Training.Mistakes}: 0 to 1",
            { Groups.NextCategory: var category } when category is not null && !Enumerable.Range(0, Protocol.Category.Last + 1)
                .Any(i => Protocol.Category.Name(i) == category) => $"nextCategory '{category}' is not a category",
            _ => null,
        };
    }

    /// <summary>The number of a refusal reason by name; 0 if the name is unknown.</summary>
    internal static byte ReasonOf(string name)
    {
        return (byte)Math.Max(0, Enumerable.Range(1, Protocol.Refusal.Last)
            .FirstOrDefault(reason => Protocol.Refusal.Name((byte)reason) == name));
    }

    private static List<Scenario> ReadAll()
    {
        var assembly = typeof(ScenarioFile).Assembly;
        var scenarios = new List<Scenario>();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = new StreamReader(assembly.GetManifestResourceStream(name)!);
            scenarios.Add(Read(stream.ReadToEnd(), name[Prefix.Length..]));
        }

        return [.. scenarios.OrderBy(scenario => scenario.Name[0]).ThenBy(scenario => scenario.Name.Length)
            .ThenBy(scenario => scenario.Name, StringComparer.Ordinal)];
    }
}
