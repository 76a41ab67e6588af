namespace FieldNode.Tests.Support;

/// <summary>A test's random seed: new for each run and printed; FIELDNODE_TEST_SEED repeats a run.</summary>
internal static class Seed
{
    public static int Take(string test)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FIELDNODE_TEST_SEED"), out var fixedSeed) ? fixedSeed
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine(Replay(test, seed));
        return seed;
    }

    /// <summary>The command that repeats a run.</summary>
    public static string Replay(string test, int seed)
    {
        return $"replay: FIELDNODE_TEST_SEED={seed} bash tests/run.sh --filter-method '*{test}*'{(Sweep.IsWhole ? " --nightly" : "")}";
    }
}
