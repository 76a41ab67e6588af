using System.Collections.Concurrent;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Simulate;

/// <summary>A run that broke its promise, with the command that repeats it.</summary>
internal sealed record BrokenRun(string Scenario, int Seed, Faults Faults, string Why)
{
    public string Replay => $"fieldnode simulate --scenario {Scenario} --seed {Seed} --faults {Faults.ToString().ToLowerInvariant()}";
}

/// <summary>Runs scenarios on many seeds, on all cores.</summary>
internal static class SeedSweep
{
    // These simulate several days: a fifth of the seeds takes as long as all seeds of another scenario.
    private static readonly HashSet<string> s_long = ["b3", "b4"];

    /// <summary>The runs of a sweep.</summary>
    /// <param name="firstSeed">The first seed; the others count up from it.</param>
    /// <param name="seeds">Seeds per scenario; the longest scenarios get a fifth, at least one.</param>
    public static IReadOnlyList<(Scenario Scenario, int Seed)> Plan(IEnumerable<Scenario> scenarios, int firstSeed, int seeds)
    {
        return [.. scenarios.SelectMany(scenario =>
            Enumerable.Range(firstSeed, s_long.Contains(scenario.Name) ? Math.Max(1, seeds / 5) : seeds).Select(seed => (scenario, seed)))];
    }

    /// <param name="file">Scenario in the replay command; null for the scenario's name.</param>
    /// <param name="done">Called after each run.</param>
    public static IReadOnlyList<BrokenRun> Run(IReadOnlyList<(Scenario Scenario, int Seed)> runs, Faults faults, string? file, Action done,
        CancellationToken cancel)
    {
        var broken = new ConcurrentBag<BrokenRun>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel };
        Parallel.ForEach(Partitioner.Create(runs, EnumerablePartitionerOptions.NoBuffering), options, run =>
        {
            if (WhyBroken(run.Scenario, run.Seed, faults, cancel) is { } why)
            {
                broken.Add(new BrokenRun(file ?? run.Scenario.Name, run.Seed, faults, why));
            }

            done();
        });
        return [.. broken.OrderBy(run => run.Scenario, StringComparer.Ordinal).ThenBy(run => run.Seed)];
    }

    private static string? WhyBroken(Scenario scenario, int seed, Faults faults, CancellationToken cancel)
    {
        try
        {
            var result = SimulateRun.Run(scenario, seed, faults, keep: null, _ => { }, cancel);
            return result.IsKept ? null
                : string.Join(", ", result.Checks.Where(check => !check.Holds)
                .Select(check => FormattableString.Invariant($"{check.Figure} {check.Expected}: {check.Actual}")));
        }
        catch (ScenarioException e)
        {
            return e.Message;
        }
    }
}
