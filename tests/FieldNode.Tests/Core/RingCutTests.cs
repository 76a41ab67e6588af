using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>
/// Power is cut at every programmed byte and at 16 points of every erase over 300 appends on a full ring, in each model of what a cut
/// leaves, on each kind of flash; and a second time during recovery.
/// </summary>
public sealed class RingCutTests
{
    private const int DoubleCuts = 20_000;
    private const int CutsOfASample = 800;
    private const int DoubleCutsOfASample = 1500;

    [Theory]
    [InlineData("nor", CutModel.Ordered, false)]
    [InlineData("nor", CutModel.Torn, false)]
    [InlineData("nor", CutModel.Shuffled, false)]
    [InlineData("nor", CutModel.Ordered, true)]
    [InlineData("nor", CutModel.Torn, true)]
    [InlineData("nor", CutModel.Shuffled, true)]
    [InlineData("chip", CutModel.Ordered, false)]
    [InlineData("chip", CutModel.Torn, false)]
    [InlineData("chip", CutModel.Shuffled, false)]
    [InlineData("files", CutModel.Ordered, false)]
    [InlineData("files", CutModel.Ordered, true)]
    public void No_cut_loses_or_invents_anything(string kind, CutModel model, bool acknowledgesLate)
    {
        var full = CutRing.Full(kind, acknowledgesLate);
        var whole = full.Copy();
        var before = whole.Steps;
        Assert.False(whole.AppendUntilCut(CutRing.Appends));
        var steps = (int)(whole.Steps - before);

        var cuts = Sweep.Choose(steps, CutsOfASample, Seed.Take(nameof(No_cut_loses_or_invents_anything)));
        var failures = Run(cuts.Length, i =>
        {
            var cut = cuts[i];
            var ring = full.Copy();
            ring.Part.CutAt(ring.Steps + cut, model, seed: cut);
            return !ring.AppendUntilCut(CutRing.Appends) ? $"cut {cut} fell behind the run" : ring.Recover() is { Length: > 0 } wrong
                ? $"cut at step {cut}: {wrong}" : "";
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}, {model}{(acknowledgesLate ? ", acknowledged late" : "")}: {cuts.Length} "
            + $"of {steps} cuts, {failures.Count} failures");
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Fact]
    public void A_second_cut_during_recovery_loses_and_invents_nothing()
    {
        var seed = Seed.Take(nameof(A_second_cut_during_recovery_loses_and_invents_nothing));
        bool[] both = [false, true];
        var full = (from kind in FlashPart.Kinds from late in both from lengths in both select CutRing.Full(kind, late, lengths)).ToArray();

        var cases = Sweep.Count(DoubleCuts, DoubleCutsOfASample);
        var failures = Run(cases, i =>
        {
            var random = new Random(unchecked(seed + (i * 7919)));
            var model = (CutModel)random.Next(3);
            var ring = full[i % full.Length].Copy();
            var (first, second) = (random.Next(15_000), random.Next(random.Next(2) == 0 ? 150 : 5000));
            ring.Part.CutAt(ring.Steps + first, model, random.Next());
            ring.AppendUntilCut(CutRing.Appends);
            ring.RestartUntilCut(second, model, random.Next());
            return ring.Recover() is { Length: > 0 } wrong ? $"case {i}: {model}, cuts after {first} and {second} steps: {wrong}" : "";
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{cases} double cuts, {failures.Count} failures");
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    private static List<string> Run(int cases, Func<int, string> tryOne)
    {
        var failures = new List<string>();
        Parallel.For(0, cases, Threads.AtOnce, i =>
        {
            string wrong;
            try
            {
                wrong = tryOne(i);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or InvalidOperationException or ArgumentException
                or IndexOutOfRangeException)
            {
                wrong = $"case {i}: {e.Message}";
            }

            if (wrong.Length > 0)
            {
                lock (failures)
                {
                    failures.Add(wrong);
                }
            }
        });
        return [.. failures.Order().Take(20)];
    }
}
