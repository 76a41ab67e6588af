using System.Text.Json;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Simulator.Load;

/// <summary>
/// A day of a whole city, as it stands in a file (docs/scenarios.md): thousands of nodes that upload to real hosts over real sockets. Their
/// records are made without running the nodes (<see cref="LaneLog"/>), and time is compressed, so a host sees the load of as many cities as
/// it is compressed.
/// </summary>
public sealed record CityScenario
{
    public required string Name { get; init; }

    public required string Row { get; init; }

    public required string Title { get; init; }

    /// <summary>What it promises, in a sentence; <see cref="Expect"/> checks it.</summary>
    public required string Promise { get; init; }

    public required int Nodes { get; init; }

    /// <summary>People of all nodes.</summary>
    public required int People { get; init; }

    /// <summary>Hours of the day. Most people come in the middle of it, twice as many as on average.</summary>
    public required double Hours { get; init; }

    /// <summary>When all hosts are killed, and for how long.</summary>
    public double OutageAtHour { get; init; }

    public double OutageHours { get; init; }

    /// <summary>Minutes in which the day is replayed.</summary>
    public required double Minutes { get; init; }

    /// <summary>Connections that the nodes share.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Hosts, when they share a database; else it is one.</summary>
    public int Hosts { get; init; } = 1;

    /// <summary>The share of answers that are lost on their way, so that their batch comes again.</summary>
    public double LostAnswers { get; init; }

    /// <summary>At so many of a thousand lanes the first person comes who was at the lane before already.</summary>
    public int TwicePerThousandLanes { get; init; }

    /// <summary>What must be true of the figures: "&lt;= 500". That nobody is lost, doubled or refused for good is expected in any
    /// case.</summary>
    public required IReadOnlyDictionary<string, string> Expect { get; init; }

    /// <summary>Whether the day of a lane's first person was another lane's too.</summary>
    public bool IsTwice(int number) => number > 1 && number * TwicePerThousandLanes / 1000 != (number - 1) * TwicePerThousandLanes / 1000;

    /// <summary>Finds a city by name or file; null when it is another scenario's.</summary>
    /// <exception cref="ScenarioException">It is a city's, and not whole.</exception>
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
            return null; // whoever reads the other scenarios says so
        }
    }

    /// <summary>Reads a city's text.</summary>
    /// <exception cref="ScenarioException">It is not whole.</exception>
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
        { OutageAtHour: < 0 } or { OutageHours: < 0 } => "outageAtHour and outageHours are not below 0",
        _ when city.OutageAtHour + city.OutageHours > city.Hours =>
            $"the outage ends at hour {city.OutageAtHour + city.OutageHours}, behind the day's {city.Hours}",
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
