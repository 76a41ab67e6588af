using System.Text.Json;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Simulator.Load;

/// <summary>
/// A day of a whole city, read from a file (docs/scenarios.md): thousands of nodes upload to real hosts over real sockets. Their records
/// are generated without running the nodes (<see cref="LaneLog"/>). Time is compressed: a factor of N gives a host the load of N cities.
/// </summary>
public sealed record CityScenario
{
    public required string Name { get; init; }

    public required string Row { get; init; }

    public required string Title { get; init; }

    /// <summary>The scenario's promise in one sentence; <see cref="Expect"/> checks it.</summary>
    public required string Promise { get; init; }

    public required int Nodes { get; init; }

    /// <summary>Number of people at all nodes together.</summary>
    public required int People { get; init; }

    /// <summary>Length of the day in hours. In the middle, people arrive at twice the average rate.</summary>
    public required double Hours { get; init; }

    /// <summary>The hour at which all hosts are killed; <see cref="OutageHours"/> is for how long.</summary>
    public double OutageAtHour { get; init; }

    public double OutageHours { get; init; }

    /// <summary>Minutes in which the day is replayed.</summary>
    public required double Minutes { get; init; }

    /// <summary>Connections shared by the nodes.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Number of hosts, if they share a database; otherwise 1.</summary>
    public int Hosts { get; init; } = 1;

    /// <summary>Share of answers that are lost on the way, so that the batch is sent again.</summary>
    public double LostAnswers { get; init; }

    /// <summary>Number of lanes per thousand whose first person was already sampled at the previous lane.</summary>
    public int TwicePerThousandLanes { get; init; }

    /// <summary>Required figures, such as "&lt;= 500". That no person is lost, doubled or permanently refused is always required.</summary>
    public required IReadOnlyDictionary<string, string> Expect { get; init; }

    /// <summary>True if this lane's first person was already sampled at another lane.</summary>
    public bool HasDuplicatePerson(int number) =>
        number > 1 && number * TwicePerThousandLanes / 1000 != (number - 1) * TwicePerThousandLanes / 1000;

    /// <summary>Finds a city scenario by name or file; null if it is another kind of scenario.</summary>
    /// <exception cref="ScenarioException">It is a city scenario, but invalid.</exception>
    public static CityScenario? Find(string nameOrPath)
    {
        if (string.Equals(nameOrPath, "city", StringComparison.OrdinalIgnoreCase))
        {
            using var stream = new StreamReader(
                typeof(CityScenario).Assembly.GetManifestResourceStream("FieldNode.Simulator.Cities.city.json")!);
            return Read(stream.ReadToEnd(), nameOrPath);
        }

        if (!File.Exists(nameOrPath))
        {
            return null;
        }

        try
        {
            var text = File.ReadAllText(nameOrPath);
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("nodes", out _)
                ? Read(text, nameOrPath) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // reported when it is read as another scenario
        }
    }

    /// <summary>Reads a city scenario's JSON text.</summary>
    /// <exception cref="ScenarioException">The scenario is invalid.</exception>
    public static CityScenario Read(string json, string where)
    {
        try
        {
            var city = JsonSerializer.Deserialize<CityScenario>(json, ScenarioFile.Options)
                ?? throw new ScenarioException($"{where}: it is empty");
            return Check(city) is { } fault ? throw new ScenarioException($"{where}: {fault}") : city;
        }
        catch (JsonException e)
        {
            throw new ScenarioException($"{where}: {e.Message}");
        }
    }

    private static string? Check(CityScenario city) => city switch
    {
        { Nodes: < 1 or > 50_000 } => $"nodes is {city.Nodes}: 1 to 50000",
        { People: < 1 or > 50_000_000 } => $"people is {city.People}: 1 to 50000000",
        _ when city.People < city.Nodes => $"people is {city.People}: at least one for each of the {city.Nodes} nodes",
        { Hours: <= 0 or > 24 } => $"hours is {city.Hours}: more than 0, at most 24",
        { OutageAtHour: < 0 } or { OutageHours: < 0 } => "outageAtHour and outageHours must be at least 0",
        _ when city.OutageAtHour + city.OutageHours > city.Hours =>
            $"the outage ends at hour {city.OutageAtHour + city.OutageHours}, after the day's {city.Hours}",
        { Minutes: <= 0 or > 1440 } => $"minutes is {city.Minutes}: more than 0, at most 1440",
        { Connections: < 1 or > 1000 } => $"connections is {city.Connections}: 1 to 1000",
        { Hosts: < 1 or > 16 } => $"hosts is {city.Hosts}: 1 to 16",
        { LostAnswers: < 0 or > 0.5 } => $"lostAnswers is {city.LostAnswers}: 0 to 0.5",
        { TwicePerThousandLanes: < 0 or > 1000 } => $"twicePerThousandLanes is {city.TwicePerThousandLanes}: 0 to 1000",
        _ when city.Expect.FirstOrDefault(expected => !Expectation.TryParse(expected.Value, out _)) is { Key: not null } expected =>
            $"expect {expected.Key}: '{expected.Value}' is not like '= 10', '>= 10' or '<= 10'",
        _ => null,
    };
}
