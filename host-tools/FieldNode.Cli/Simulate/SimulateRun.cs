using System.Diagnostics;
using FieldNode.Answers;
using FieldNode.Host.Export;
using FieldNode.Log;
using FieldNode.Log.Files;
using FieldNode.Log.Merge;
using FieldNode.Log.Store;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Simulate;

/// <summary>A figure and the scenario's expectation of it.</summary>
internal sealed record Check(string Figure, string Expected, double Actual, bool Holds);

/// <summary>Result of a simulation.</summary>
internal sealed record SimulateResult(Scenario Scenario, int Seed, Faults Faults, IReadOnlyDictionary<string, double> Figures,
    IReadOnlyList<Check> Checks, TimeSpan Took)
{
    public bool IsKept => Checks.All(check => check.Holds);
}

/// <summary>Runs a scenario in simulated time with the real node, endpoints, store and merge, and checks its promise.</summary>
internal static class SimulateRun
{
    private const int StepMs = 600_000;
    private const long SimulatedMsMax = 14L * 24 * 3600 * 1000;

    // Expectations of these figures apply only to runs with faults.
    private static readonly string[] s_faults = ["powerCuts", "hostKills"];

    // Must be 0 in every scenario: the log equals what the volunteers saw.
    private static readonly string[] s_zero =
    [
        "lost", "doubled", "extra", "wrong", "placesWrong", "bagsWrong", "turnedAwayWrong", "trainingWrong", "screensWrong", "gaps",
            "conflicts", "notUploaded", "positionsBroken", "trainingInRealTotals", "clones", "unreadable",
    ];

    /// <param name="keep">Directory that keeps the hosts' data, one folder each; null to delete the data.</param>
    /// <param name="progress">Called every 10 simulated minutes.</param>
    public static SimulateResult Run(Scenario scenario, int seed, Faults faults, string? keep, Action<World> progress,
        CancellationToken cancel)
    {
        CheckKeep(keep);
        if (keep is not null)
        {
            return RunIn(scenario, seed, faults, keep, progress, cancel);
        }

        var directory = Directory.CreateTempSubdirectory("fieldnode-simulate-").FullName;
        try
        {
            return RunIn(scenario, seed, faults, directory, progress, cancel);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Checks that the directory for kept data is new or empty.</summary>
    /// <exception cref="HostFault">The directory is not empty.</exception>
    public static void CheckKeep(string? keep)
    {
        if (keep is not null && Directory.Exists(keep) && Directory.EnumerateFileSystemEntries(keep).Any())
        {
            throw new HostFault("not-empty", ExitCode.Usage, $"--keep {keep} is not empty: name a new directory",
                $"--keep {keep} 不是空目录：请给出新目录");
        }
    }

    private static SimulateResult RunIn(Scenario scenario, int seed, Faults faults, string directory, Action<World> progress,
        CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var hosts = Enumerable.Range(0, scenario.Hosts).Select(i => new LocalHost(Path.Combine(directory, $"host-{i + 1}"))).ToList();
        try
        {
            var world = new World(scenario, seed, faults, hosts);
            var watch = new LaneWatch(world.Residents, site => hosts.Select(host => host.RosterOf(site))
                .FirstOrDefault(roster => roster is not null),
                site => hosts.SelectMany(host => host.Roster).Where(person => person.Site == site).Select(person => person.Person));
            while (!world.IsDone)
            {
                cancel.ThrowIfCancellationRequested();
                if (world.NowMs > SimulatedMsMax)
                {
                    throw new HostFault("simulation-stuck", ExitCode.Failed,
                        $"'{scenario.Name}' did not end within {SimulatedMsMax / 86_400_000} simulated days, seed {seed}",
                        $"'{scenario.Name}' 模拟 {SimulatedMsMax / 86_400_000} 天后仍未结束，种子 {seed}");
                }

                world.RunFor(StepMs, watch.Look);
                progress(world);
            }

            var store = hosts.Count == 1 ? hosts[0].Store : Join(hosts, directory);
            var figures = Figures.Compute(world, scenario, store, [.. hosts.SelectMany(host => host.Roster)], watch);
            figures["hosts"] = hosts.Count;
            figures["clones"] = hosts.Sum(host => Doubts(host.Store, DoubtKind.Clone));
            figures["unreadable"] = Doubts(store, DoubtKind.Unreadable);
            return new SimulateResult(scenario, seed, faults, figures, [.. Checks(scenario, faults, figures)], clock.Elapsed);
        }
        finally
        {
            hosts.ForEach(host => host.Dispose());
        }
    }

    private static int Doubts(HostStore store, string kind) => new DoubtsAnswer(store, Fleet.Read(store)).List([kind]).Count;

    // The district's host merges the sites' logs as files, each twice: a repeated merge must add nothing.
    private static HostStore Join(List<LocalHost> hosts, string directory)
    {
        var district = AnsweringStore.Open(Path.Combine(directory, "district"));
        for (var i = 0; i < hosts.Count; i++)
        {
            var path = Path.Combine(directory, $"site-{i + 1}.fnlog");
            using (var stream = File.Create(path))
            {
                BatchExport.Write(hosts[i].Store, stream);
            }

            var merge = new FileMerge(district, TimeProvider.System);
            merge.Merge(path, adopt: true);
            merge.Merge(path, adopt: true);
            new SealKeys(district).Add(new SealKeys(hosts[i].Store).All());
        }

        return district;
    }

    private static IEnumerable<Check> Checks(Scenario scenario, Faults faults, Dictionary<string, double> figures)
    {
        var expected = scenario.Expect.Where(one => faults != Faults.None || !s_faults.Contains(one.Key))
            .Select(one => (one.Key, one.Value));
        foreach (var (figure, text) in s_zero.Select(name => (name, "= 0")).Concat(expected))
        {
            var expectation = Expectation.Parse(text);
            var isKnown = figures.TryGetValue(figure, out var actual) || figure.StartsWith("refused.", StringComparison.Ordinal);
            if (!isKnown)
            {
                throw new HostFault("unknown-figure", ExitCode.Usage,
                    $"'{scenario.Name}' expects a value of '{figure}', which is not a figure; figures are {string.Join(' ', figures.Keys)}",
                    $"'{scenario.Name}' 要求的 '{figure}' 不是指标：{string.Join(' ', figures.Keys)}");
            }

            yield return new Check(figure, expectation.ToString(), actual, expectation.Holds(actual));
        }
    }
}
