namespace FieldNode.Benchmarks;

/// <summary>Statistics of measured times.</summary>
internal static class Times
{
    /// <summary>The time within which a percentage of the operations finished.</summary>
    public static double Percentile(List<double> times, int percent)
    {
        var sorted = times.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)];
    }
}
