using System.Diagnostics;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Answers;
using FieldNode.Cli.Simulate;
using FieldNode.Core.Screens;
using FieldNode.Host.Export;
using FieldNode.Log;
using FieldNode.Log.Store;
using FieldNode.Simulator.Panel;
using FieldNode.Simulator.Worlds;
using Spectre.Console;

namespace FieldNode.Cli.Demo;

/// <summary>Result of a demo.</summary>
internal sealed record DemoResult(
    Scenario Scenario,
    int Seed,
    string OutputPath,
    TruthReport Truth,
    int Tubes,
    long Records,
    TimeSpan Simulated,
    TimeSpan Took,
    int PowerCuts,
    int HostKills,
    int Batches,
    long PeakMemoryBytes,
    IReadOnlyList<PersonRow> People,
    World World);

/// <summary>Runs a scenario against a host process and compares the merged log with the ground truth.</summary>
internal sealed class DemoRun(Scenario scenario, int seed, string outputPath)
{
    private const int LiveStepMs = 60_000;
    private const int PlainStepMs = 600_000;
    private const long SimulatedMsMax = 48L * 3600 * 1000;

    public DemoResult Run(CancellationToken cancel)
    {
        PrepareOutput();
        var watch = Stopwatch.StartNew();
        using var host = new HostProcess(Path.Combine(outputPath, "demo-data"));
        var world = new World(scenario, seed, Faults.Field, [host]);
        if (Terminal.IsInteractive)
        {
            RunLive(world, cancel);
        }
        else
        {
            RunPlain(world, cancel);
        }

        watch.Stop();
        host.Kill(); // even now: only data on disk counts
        var people = new MergedLog(host.Store).People(new PersonFilter()).ToList();
        var truth = world.Truth.Compare(people.Select(row => MergedPeople.AsSeen(row.With(host.Store.Vault.Open))));
        var records = new LogStatus(host.Store).Epochs().Sum(epoch => epoch.Records);
        var memory = Math.Max(host.PeakMemory, Process.GetCurrentProcess().PeakWorkingSet64);
        var result = new DemoResult(scenario, seed, outputPath, truth, world.Truth.Tubes, records, TimeSpan.FromMilliseconds(world.NowMs),
            watch.Elapsed,
            world.Lanes.Sum(lane => lane.Board.PowerCuts), world.HostKills, host.Acknowledged, memory,
                [.. people.Select(row => row.With(host.Store.Vault.Masked))], world);
        Write(result);
        return result;
    }

    private void PrepareOutput()
    {
        var data = Path.Combine(outputPath, "demo-data");
        try
        {
            if (Directory.Exists(data))
            {
                Directory.Delete(data, recursive: true); // left by an earlier demo
            }

            Directory.CreateDirectory(data);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("data-not-writable", ExitCode.Failed, $"--out {outputPath} cannot be written: {e.Message}",
                $"--out {outputPath} 无法写入：{e.Message}");
        }
    }

    private void RunLive(World world, CancellationToken cancel)
    {
        Terminal.Error.Live(Draw(world)).Start(context =>
        {
            while (IsGoingOn(world, cancel))
            {
                world.RunFor(LiveStepMs);
                context.UpdateTarget(Draw(world));
            }
        });
    }

    private void RunPlain(World world, CancellationToken cancel)
    {
        while (IsGoingOn(world, cancel))
        {
            world.RunFor(PlainStepMs);
            Say.Info(HeadLine(world));
        }
    }

    private static bool IsGoingOn(World world, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (world.NowMs > SimulatedMsMax)
        {
            throw new HostFault("demo-stuck", ExitCode.Failed, $"the day did not end within {SimulatedMsMax / 3_600_000} simulated hours",
                $"模拟 {SimulatedMsMax / 3_600_000} 小时后仍未结束");
        }

        return !world.IsDone;
    }

    private string HeadLine(World world)
    {
        var sampled = world.Lanes.Sum(lane => lane.Volunteer.Sampled);
        var trouble = (world.LinkIsUp ? "" : Say.In("  Wi-Fi is down", "  Wi-Fi 中断"))
            + (world.HostIsUp ? "" : Say.In("  host was killed", "  主机程序被强行终止"));
        return Say.In($"{world.Now:HH:mm}  {sampled}/{scenario.People} people{trouble}",
            $"{world.Now:HH:mm}  {sampled}/{scenario.People} 人{trouble}");
    }

    private Rows Draw(World world)
    {
        var boxes = world.Lanes.Select(lane => lane.Board.Node is { } node
            ? ScreenBox.Draw(ScreenText.Render(node.Screen, ScreenBox.Language), node.Screen.Kind)
            : ScreenBox.Draw([$"{lane.Plan.Lane}", Say.In("power is off", "断电"), "", "", ""], ScreenKind.Fault));
        return new Rows(new Text(HeadLine(world)), new Columns(boxes) { Expand = false });
    }

    private static void Write(DemoResult result)
    {
        using (var csv = File.Create(Path.Combine(result.OutputPath, "merged.csv")))
        {
            PeopleExport.WriteCsv(result.People, csv);
        }

        foreach (var lane in result.World.Lanes)
        {
            File.WriteAllBytes(Path.Combine(result.OutputPath, $"oled-{lane.Plan.Lane}.png"),
                ScreenPng.Encode(lane.Board.Node!.Screen, ScreenBox.Language));
        }

        File.WriteAllText(Path.Combine(result.OutputPath, "report.html"), DemoReport.Html(result));
    }
}
