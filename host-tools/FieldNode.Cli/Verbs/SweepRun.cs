using System.Security.Cryptography;
using FieldNode.Cli.Simulate;
using FieldNode.Log;
using FieldNode.Simulator.Worlds;
using Spectre.Console;

namespace FieldNode.Cli.Verbs;

/// <summary>The part of <c>simulate</c> that runs scenarios on many seeds.</summary>
internal static class SweepRun
{
    /// <summary>Stands for all scenarios.</summary>
    public const string All = "all";

    /// <param name="name">As given on the command line.</param>
    /// <param name="firstSeed">Null for a random one.</param>
    public static int Run(string name, IReadOnlyList<Scenario> scenarios, int? firstSeed, int seeds, Faults faults,
        CancellationToken cancel)
    {
        var first = firstSeed ?? RandomNumberGenerator.GetInt32(int.MaxValue - seeds);
        var runs = SeedSweep.Plan(scenarios, first, seeds);
        Say.Info(Say.In($"{runs.Count} runs of {scenarios.Count} scenarios, seeds from {first} on, faults "
            + $"{faults.ToString().ToLowerInvariant()}",
            $"{scenarios.Count} 个场景共 {runs.Count} 次运行，种子从 {first} 起，故障 {faults.ToString().ToLowerInvariant()}"));
        var broken = Watched(runs, faults, name == All ? null : name, cancel);
        foreach (var run in broken)
        {
            Console.Out.WriteLine($"{run.Replay}  # {run.Why}");
        }

        Say.Info(broken.Count == 0 ? Say.In($"KEPT on all {runs.Count} runs", $"{runs.Count} 次运行全部兑现")
            : Say.In($"BROKEN on {broken.Count} of {runs.Count} runs", $"{runs.Count} 次运行中有 {broken.Count} 次未兑现"));
        return broken.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static IReadOnlyList<BrokenRun> Watched(IReadOnlyList<(Scenario Scenario, int Seed)> runs, Faults faults, string? file,
        CancellationToken cancel)
    {
        if (!Terminal.IsInteractive)
        {
            return SeedSweep.Run(runs, faults, file, () => { }, cancel);
        }

        IReadOnlyList<BrokenRun> broken = [];
        Terminal.Error.Progress().Start(context =>
        {
            var bar = context.AddTask(Say.In("seeds", "种子"), maxValue: runs.Count);
            broken = SeedSweep.Run(runs, faults, file, () => bar.Increment(1), cancel);
        });
        return broken;
    }
}
