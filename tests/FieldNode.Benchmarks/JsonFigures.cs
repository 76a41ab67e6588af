using System.Text.Json;

namespace FieldNode.Benchmarks;

/// <summary>Writes figures as JSON.</summary>
internal static class JsonFigures
{
    private static readonly JsonSerializerOptions s_camelCase =
        new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static string Of<T>(T figures) => JsonSerializer.Serialize(figures, s_camelCase);
}
