namespace FieldNode.Tests.Support;

/// <summary>
/// Sampling for tests with thousands of cases, or with long ones. A run takes a new sample under its own seed; <c>tests/run.sh
/// --nightly</c> runs all cases.
/// </summary>
internal static class Sweep
{
    /// <summary>Whether all cases run.</summary>
    public static bool IsWhole => Environment.GetEnvironmentVariable("FIELDNODE_NIGHTLY") == "1";

    /// <summary>How many random cases to run.</summary>
    public static int Count(int whole, int sample) => IsWhole ? whole : sample;

    /// <summary>Which of <c>whole</c> cases to run, each at most once, in order.</summary>
    public static int[] Choose(int whole, int sample, int seed)
    {
        if (IsWhole || sample >= whole)
        {
            return [.. Enumerable.Range(0, whole)];
        }

        var taken = new HashSet<int>();
        for (var random = new Random(seed); taken.Count < sample;)
        {
            taken.Add(random.Next(whole));
        }

        return [.. taken.Order()];
    }
}
