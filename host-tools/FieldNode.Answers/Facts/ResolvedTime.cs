using System.Text.Json.Serialization;

namespace FieldNode.Answers.Facts;

/// <summary>When a record was made, as well as it can be known.</summary>
/// <param name="At">The time, when a clock was set in the same boot.</param>
/// <param name="From">Not before, when only bounds are known.</param>
/// <param name="To">Not after, likewise.</param>
public readonly record struct ResolvedTime(DateTimeOffset? At, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>In words: empty when exact.</summary>
    [JsonIgnore]
    public string Note => (At, From, To) switch
    {
        (not null, _, _) => "",
        (null, { } from, { } to) => $"between {Format(from)} and {Format(to)}",
        (null, { } from, null) => $"after {Format(from)}",
        (null, null, { } to) => $"before {Format(to)}",
        _ => "unknown",
    };

    /// <summary>UTC with milliseconds, empty when not exact.</summary>
    [JsonIgnore]
    public string Text => At is { } at ? Format(at) : "";

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
