using FieldNode.Core;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>
/// Power is cut at every byte programmed and every part of every erase of a run of 300 scans on a small ring that wraps. After the
/// restart every confirmed scan is there, the counters equal the fold of all records, and the lane goes on.
/// </summary>
public sealed class PowerCutTests
{
    private const int Scans = 300;
    private const int Sectors = 4;
    private const int AcknowledgeEvery = 25;

    private static readonly string[] s_codes = Codes();

    [Fact]
    public void Every_confirmed_scan_survives_a_cut_at_every_byte()
    {
        var whole = new Bench(new NorFlash(Sectors * 4096)).Start();
        Run(whole, s_codes, []);
        var steps = whole.Flash.Steps;
        Assert.True(whole.Flash.Erases > 0, "the run must wrap to be worth cutting");
        TestContext.Current.TestOutputHelper?.WriteLine($"{steps} cuts, {whole.Flash.Erases} erases");

        Parallel.For(0, (int)steps, cut =>
        {
            var bench = new Bench(new NorFlash(Sectors * 4096) { CutAtStep = cut });
            var confirmed = new List<(uint Sequence, byte[] Frame)>();
            var done = 0;
            try
            {
                bench.Start();
                done = Run(bench, s_codes, confirmed);
            }
            catch (PowerCutException)
            {
                done = bench.Refusals.Count + bench.Confirmations.Count;
            }

            Check(bench, confirmed, cut, done);
        });
    }

    private static void Check(Bench bench, List<(uint Sequence, byte[] Frame)> confirmed, int cut, int done)
    {
        bench.Restart();
        Assert.True(bench.Node.Works, $"cut at step {cut}: the node does not start");
        var records = bench.Records();
        var kept = records.ToDictionary(record => record.Sequence, record => record.Frame);
        foreach (var (sequence, frame) in confirmed)
        {
            // What the host has acknowledged may be overwritten; nothing else.
            if (sequence > bench.Node.Log.AcknowledgedUpTo || kept.ContainsKey(sequence))
            {
                Assert.True(kept.TryGetValue(sequence, out var found) && found.AsSpan().SequenceEqual(frame), $"cut at step {cut}: confirmed record {sequence} is missing or changed");
            }
        }

        Assert.DoesNotContain(records, record => Frame.Type(record.Frame, 0) == RecordType.Lost);
        if (records.Count > 0 && records[0].Sequence == 1)
        {
            Assert.True(Bench.Snapshot(bench.State).AsSpan().SequenceEqual(Bench.Snapshot(bench.Fold())), $"cut at step {cut}: the counters differ from the fold");
        }

        var before = bench.State.Arrivals;
        Assert.Equal(Refusal.None, bench.Scan("FN:ARRIVED:1"));
        Assert.Equal(before + 1, bench.Restart().State.Arrivals);
        Assert.True(done <= s_codes.Length * 2);
    }

    private static int Run(Bench bench, string[] codes, List<(uint Sequence, byte[] Frame)> confirmed)
    {
        var done = 0;
        foreach (var code in codes)
        {
            var before = bench.Confirmations.Count;
            try
            {
                bench.Scan(code);
            }
            finally
            {
                // The signal is the promise: note it even when power goes a moment later in the same round.
                for (var i = before; i < bench.Confirmations.Count; i++)
                {
                    confirmed.Add((bench.Confirmations[i].Sequence, []));
                }
            }

            NoteFrames(bench, confirmed);
            if (++done % AcknowledgeEvery == 0)
            {
                bench.Node.Log.Acknowledge(bench.Node.Log.LastSequence - 5, bench.Now);
            }
        }

        return done;
    }

    // Reads the confirmed frames back at once, while power is on, to compare with after the cut.
    private static void NoteFrames(Bench bench, List<(uint Sequence, byte[] Frame)> confirmed)
    {
        for (var i = confirmed.Count - 1; i >= 0 && confirmed[i].Frame.Length == 0; i--)
        {
            var reader = new FieldNode.Core.Log.LogReader(bench.Node.Log);
            var buffer = new byte[Frame.BytesMax];
            Assert.True(reader.Collect(confirmed[i].Sequence, buffer, 0, buffer.Length, 1));
            confirmed[i] = (confirmed[i].Sequence, buffer[..reader.FramesBytes]);
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
