namespace FieldNode.Tests.Support;

/// <summary>
/// Tests that go through thousands of cases, or long ones. A run takes a new sample, under its own seed; <c>tests/run.sh --nightly</c>
/// takes them all.
/// </summary>
internal static class Sweep
{
    /// <summary>Everything is gone through.</summary>
    public static bool IsWhole => Environment.GetEnvironmentVariable("FIELDNODE_NIGHTLY") == "1";

    /// <summary>How many cases of chance are tried.</summary>
    public static int Count(int whole, int sample) => IsWhole ? whole : sample;

    /// <summary>Which of so many cases are tried, each at most once, in order.</summary>
    public static int[] Of(int whole, int sample, int seed)
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
