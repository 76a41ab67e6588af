using FieldNode.Core.Screens;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>The whole state of a lane is a fold over its records, whatever was scanned and wherever the power was cut.</summary>
public sealed class LanePropertyTests
{
    private const int Cases = 12_000;

    [Fact]
    public void The_screen_after_a_power_cut_is_the_screen_before_at_random_points_of_random_scans()
    {
        var seed = Seed.Take(nameof(The_screen_after_a_power_cut_is_the_screen_before_at_random_points_of_random_scans));
        var compared = 0;
        var midway = 0;
        Parallel.For(0, Cases, Threads.AtOnce, i =>
        {
            var matched = CutOne(new Random(seed + i), $"case {i}");
            Interlocked.Add(ref compared, matched ? 1 : 0);
            Interlocked.Add(ref midway, matched ? 0 : 1);
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{Cases} cuts: {compared} screens compared, {midway} between two records of one "
            + "scan");
        Assert.True(compared > Cases * 9 / 10);
    }

    [Fact]
    public void The_state_is_the_fold_of_the_records_and_fits_a_sectors_head_at_every_moment()
    {
        var random = new Random(Seed.Take(nameof(The_state_is_the_fold_of_the_records_and_fits_a_sectors_head_at_every_moment)));
        var largest = 0;
        for (var round = 0; round < 60; round++)
        {
            var bench = new Bench(new NorFlash(32 * 4096)).Start();
            var scans = new RandomScans(random);
            for (var i = 0; i < 150; i++)
            {
                bench.Scan(scans.Next());
                var saved = Bench.Snapshot(bench.State);
                largest = Math.Max(largest, saved.Length);
                if (i % 15 == 0)
                {
                    Assert.Equal(Bench.Snapshot(bench.Fold()), saved);
                }
            }

            while (bench.Press(FieldNode.Core.Ports.Button.Undo) == 0)
            {
                // No counter went below zero.
                Assert.InRange(bench.State.Queue + bench.State.Bag.Tubes + bench.State.Bag.SealedTubes + bench.State.Place.People
                    + bench.State.Sampled + bench.State.TurnedAway, 0u, 100_000u);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"largest state {largest} bytes of {SectorHead.StateBytesMax}");
        Assert.InRange(largest, 100, SectorHead.StateBytesMax);
    }

    [Fact]
    public void What_the_node_remembers_is_the_same_after_a_restart_whatever_was_scanned_and_undone()
    {
        var random = new Random(Seed.Take(nameof(What_the_node_remembers_is_the_same_after_a_restart_whatever_was_scanned_and_undone)));
        for (var round = 0; round < 150; round++)
        {
            var bench = new Bench(new NorFlash(64 * 4096)).Start();
            var scans = new RandomScans(random);
            for (var i = 0; i < 120; i++)
            {
                bench.Scan(scans.Next());
            }

            bench.Wait(1000);
            var before = Remembered(bench);
            bench.Restart().Settle();
            Assert.Equal(before, Remembered(bench));
        }
    }

    private static string Remembered(Bench bench)
    {
        var memory = bench.Node.Memory;
        var people = RandomScans.People.Select(code => memory.HasPerson(Hash(code)) ? 'p' : '-');
        var bags = Enumerable.Range(0, 6).Select(i => memory.HasBag(Hash($"BAG{i:D6}")) ? 'b' : '-');
        var tubes = Enumerable.Range(0, 12)
            .Select(i => memory.FindTube(Hash($"ZZ{i:D8}")) is var tube and >= 0
            ? $"{(memory.Tubes.IsPacked(tube) ? 'P' : memory.Tubes.IsDamaged(tube) ? 'D' : 'H')}{memory.Tubes.PeopleIn(tube)}" : "-");
        return $"{string.Concat(people)} {string.Concat(bags)} {string.Join(' ', tubes)} {memory.HasTubes} {memory.OldestTube > 0}";
    }

    private static uint Hash(string code) => Crc32.Compute(System.Text.Encoding.ASCII.GetBytes(code), 0, code.Length);

    // Both nodes scan the same codes; one loses power during or after the last scan.
    private static bool CutOne(Random random, string name)
    {
        var scans = new RandomScans(random);
        var codes = Enumerable.Range(0, random.Next(3) == 0 ? random.Next(2, 160) : random.Next(2, 30)).Select(_ => scans.Next()).ToArray();
        var whole = new Bench(new NorFlash(4 * 4096)).Start();
        var cut = new Bench(new NorFlash(4 * 4096)).Start();
        Run(whole, codes[..^1]);
        Run(cut, codes[..^1]);
        var (before, sequenceBefore) = (Picture(whole), whole.Node.Log.LastSequence);
        Run(whole, codes[^1..]);
        var (after, sequenceAfter) = (Picture(whole), whole.Node.Log.LastSequence);

        cut.Flash.CutAt(cut.Flash.Steps + random.Next(120));
        try
        {
            Run(cut, codes[^1..]);
        }
        catch (PowerCutException)
        {
            // Power was cut during a write; otherwise it is cut now.
        }

        cut.Restart().Settle();
        var sequence = cut.Node.Log.LastSequence - 1; // without the record of the start
        // A part record is made after the scan: the clock of the cut node is ahead.
        var isParts = cut.Records().LastOrDefault(record => record.Sequence == sequence) is { Frame: { } frame }
            && Frame.Type(frame, 0) == RecordType.PartChanged;
        if (isParts || (sequence != sequenceBefore && sequence != sequenceAfter))
        {
            return false;
        }

        var expected = sequence == sequenceAfter ? after : before;
        Assert.True(Picture(cut).AsSpan().SequenceEqual(expected),
            $"{name}: after {codes.Length} scans, the last being {codes[^1]}, the screen differs: {string.Join(' ', codes)}");
        return true;
    }

    private static void Run(Bench bench, string[] codes)
    {
        foreach (var code in codes)
        {
            bench.Scan(code);
            bench.Wait(bench.Settings.EventShownMs);
            if (bench.Node.Log.UnackedRecords > 100)
            {
                bench.Node.Log.Acknowledge(bench.Node.Log.LastSequence - 20);
            }
        }
    }

    // Everything except the count of records not uploaded, which the start increases by one.
    private static byte[] Picture(Bench bench)
    {
        bench.Node.Screen.Unsent = 0;
        var canvas = new Canvas();
        new ScreenPainter(ScreenWords.Chinese).Paint(bench.Node.Screen, canvas);
        return (byte[])canvas.Bytes.Clone();
    }
}
