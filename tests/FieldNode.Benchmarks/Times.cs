namespace FieldNode.Benchmarks;

/// <summary>Figures of many measured times.</summary>
internal static class Times
{
    /// <summary>The time within which so many of a hundred were done.</summary>
    public static double Percentile(List<double> times, int percent)
    {
        var sorted = times.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)];
    }
}
