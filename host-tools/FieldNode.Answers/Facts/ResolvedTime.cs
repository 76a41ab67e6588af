using System.Text.Json.Serialization;

namespace FieldNode.Answers.Facts;

/// <summary>When a record was made, as exactly as known.</summary>
/// <param name="At">The exact time, if a clock was set in the same boot.</param>
/// <param name="From">Earliest possible time, if only bounds are known.</param>
/// <param name="To">Latest possible time, if only bounds are known.</param>
public readonly record struct ResolvedTime(DateTimeOffset? At, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>The bounds in words; empty if the time is exact.</summary>
    [JsonIgnore]
    public string Note => (At, From, To) switch
    {
        (not null, _, _) => "",
        (null, { } from, { } to) => $"between {Format(from)} and {Format(to)}",
        (null, { } from, null) => $"after {Format(from)}",
        (null, null, { } to) => $"before {Format(to)}",
        _ => "unknown",
    };

    /// <summary>UTC with milliseconds; empty if the time is not exact.</summary>
    [JsonIgnore]
    public string Text => At is { } at ? Format(at) : "";

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
