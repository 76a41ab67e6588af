using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>
/// Power is cut at every byte programmed and every part of every erase of a run of 450 scans on a small ring that wraps. After the restart
/// every confirmed scan is present, the counters equal the fold of all records, and the lane continues.
/// </summary>
public sealed class PowerCutTests
{
    private const int Scans = 450;
    private const int Sectors = 3;
    private const int AcknowledgeEvery = 25;
    private const int CutsOfASample = 1500;

    private static readonly string[] s_codes = Codes();

    [Fact]
    public void Every_confirmed_scan_survives_a_cut_at_every_byte()
    {
        var whole = new Bench(new NorFlash(Sectors * 4096)).Start();
        Run(whole, new SortedDictionary<uint, byte[]>());
        var steps = whole.Flash.Steps;
        Assert.True(whole.Flash.Erases > 0, "the run must wrap to be worth cutting");
        TestContext.Current.TestOutputHelper?.WriteLine($"{steps} cuts, {whole.Flash.Erases} erases, {whole.Confirmations.Count} "
            + "confirmations");

        var cuts = Sweep.Choose((int)steps, CutsOfASample, Seed.Take(nameof(Every_confirmed_scan_survives_a_cut_at_every_byte)));
        Parallel.ForEach(cuts, Threads.AtOnce, cut =>
        {
            var bench = new Bench(new NorFlash(Sectors * 4096));
            bench.Flash.CutAt(cut);
            var appended = new SortedDictionary<uint, byte[]>();
            Assert.Throws<PowerCutException>(() => Run(bench.Start(), appended));
            Check(bench, appended, cut);
        });
    }

    private static void Check(Bench bench, SortedDictionary<uint, byte[]> appended, int cut)
    {
        var confirmed = bench.Confirmations.Select(confirmation => confirmation.Sequence).ToHashSet();
        bench.Restart();
        var kept = bench.Records().ToDictionary(record => record.Sequence, record => record.Frame);
        foreach (var sequence in appended.Keys.Concat(confirmed))
        {
            // Only records that the host has acknowledged may be overwritten.
            var isThere = kept.TryGetValue(sequence, out var frame);
            Assert.True(isThere || sequence <= bench.Node.Log.AcknowledgedUpTo, $"cut at step {cut}: record {sequence} is missing");
            Assert.True(!isThere || !appended.TryGetValue(sequence, out var before) || frame.AsSpan().SequenceEqual(before),
                $"cut at step {cut}: record {sequence} has changed");
        }

        foreach (var (sequence, frame) in kept)
        {
            Assert.NotEqual(RecordType.Lost, Frame.Type(frame, 0));
            appended[sequence] = frame;
        }

        Assert.Equal(Enumerable.Range(1, appended.Count).Select(i => (uint)i), appended.Keys);
        var fold = new LaneState();
        foreach (var (sequence, frame) in appended)
        {
            fold.Apply(sequence, frame, 0);
        }

        Assert.True(Bench.Snapshot(bench.State).AsSpan().SequenceEqual(Bench.Snapshot(fold)),
            $"cut at step {cut}: the counters differ from the fold");
        Assert.Equal(Refusal.None, bench.Scan("FN:ARRIVED:1"));
        Assert.Equal(fold.Arrivals + 1, bench.Restart().State.Arrivals);
    }

    // After each scan, notes the records that are on the flash.
    private static void Run(Bench bench, SortedDictionary<uint, byte[]> appended)
    {
        var reader = new LogReader(bench.Node.Log);
        var buffer = new byte[Frame.BytesMax];
        var scans = 0;
        foreach (var code in s_codes)
        {
            bench.Scan(code);
            for (var sequence = (uint)appended.Count + 1; sequence <= bench.Node.Log.LastSequence; sequence++)
            {
                Assert.True(reader.Collect(sequence, buffer, 0, buffer.Length, 1));
                appended[sequence] = buffer[..reader.FramesBytes];
            }

            if (++scans % AcknowledgeEvery == 0)
            {
                bench.Node.Log.Acknowledge(bench.Node.Log.LastSequence - 5);
            }
        }
    }

    private static string[] Codes()
    {
        var people = People.Generate(Scans, new Random(5));
        var codes = new List<string>();
        for (var i = 0; codes.Count < Scans; i++)
        {
            if (i % 10 == 0)
            {
                codes.Add($"ZZ{i:D8}");
            }

            codes.Add(people[i]);
            if (i % 17 == 3)
            {
                codes.Add("FN:UNDO");
                codes.Add("110105194912310021");
                codes.Add(people[i]);
            }
        }

        return [.. codes.Take(Scans)];
    }
}
