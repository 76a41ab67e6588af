using FieldNode.Answers.Roster;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

/// <summary>The roster's layout: everyone listed is found, strangers mostly are not, and guessing reveals little.</summary>
public sealed class RosterPackingTests
{
    [Fact]
    public void A_stranger_passes_once_in_about_64_times()
    {
        var seed = Seed.Take(nameof(A_stranger_passes_once_in_about_64_times));
        var random = new Random(seed);
        var roster = SampleRoster.Pack(SampleRoster.Residents, (ulong)random.NextInt64());
        var passed = Enumerable.Range(0, 1_000_000).Count(_ => roster.Find((uint)random.NextInt64(1L << 32)) >= 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"one of {1e6 / passed:F1}");
        Assert.InRange(1e6 / passed, RosterTable.Fingerprints * 0.96, RosterTable.Fingerprints * 1.04);
    }

    [Fact]
    public void Two_rosters_of_a_site_tell_little_more_than_one()
    {
        var seed = Seed.Take(nameof(Two_rosters_of_a_site_tell_little_more_than_one));
        var random = new Random(seed);
        var packing = new RosterPacking(() => (ulong)random.NextInt64());
        var first = packing.Pack(SampleRoster.RosterOf(SampleRoster.Residents.Take(4900)), null);
        Assert.Same(first, packing.Pack(SampleRoster.RosterOf(SampleRoster.Residents.Take(4900).Reverse()), first));

        var second = packing.Pack(SampleRoster.RosterOf(SampleRoster.Residents.Skip(20).Take(4920)), first);
        Assert.Equal((first.Table.Key, first.Number + 1), (second.Table.Key, second.Number));
        Assert.InRange(SampleRoster.Residents.Take(20).Count(gone => second.Find(gone.Code) >= 0), 0, 5);
        Assert.All(SampleRoster.Residents.Skip(20).Take(4920), resident => Assert.True(second.Find(resident.Code) >= 0));

        var strangers = Enumerable.Range(0, 1_000_000).Select(_ => (uint)random.NextInt64(1L << 32))
            .Where(code => first.Find(code) >= 0).ToList();
        var both = strangers.Count(code => second.Find(code) >= 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{both} of {strangers.Count} strangers who pass the first pass the second");
        Assert.InRange(both, strangers.Count * 0.85, strangers.Count);
    }

    [Fact]
    public void Guessing_finds_fifty_wrong_people_per_right_one_even_within_one_area()
    {
        var seed = Seed.Take(
            nameof(Guessing_finds_fifty_wrong_people_per_right_one_even_within_one_area));
        var random = new Random(seed);
        var roster = SampleRoster.Pack(People.Settle(People.Generate(RosterTable.PeopleMax, random), 4000, 50), (ulong)random.NextInt64());
        long passed = 0;
        var days = Sweep.Choose(People.Days, People.Days / 8, seed);
        Parallel.ForEach(days, Threads.AtOnce, day => Interlocked.Add(ref passed, People.OfDay(day).Count(code => roster.Find(code) >= 0)));
        var wrong = (passed * ((double)People.Days / days.Length) / RosterTable.PeopleMax) - 1;
        TestContext.Current.TestOutputHelper?.WriteLine($"{days.Length * 1000L:N0} ID numbers tried: {passed:N0} pass, {wrong:F1} wrong "
            + "for each right one");
        Assert.InRange(wrong, 50, 60);
    }

    [Fact]
    public void Rosters_of_all_sizes_hold_everybody()
    {
        var seed = Seed.Take(nameof(Rosters_of_all_sizes_hold_everybody));
        var random = new Random(seed);
        PackedRoster? before = null;
        foreach (var size in new[] { 0, 1, 2, 3, 9, 40, 180, 181, RosterTable.PeopleMax, random.Next(10_000) })
        {
            var people = SampleRoster.RosterOf(People.Settle(Distinct(size, random), size / 3 + 1, 2));
            before = new RosterPacking(() => (ulong)random.NextInt64()).Pack(people, before);
            Assert.Equal(size, before.Count);
            Assert.Equal(size, people.Select(person => before.Find(person.Person)).Where(place => place >= 0).Distinct().Count());
            Assert.Equal(before.Body, PackedRoster.Read(before.Write())!.Body);
            Assert.InRange(4096 + before.Body.Length, 0, SimulatedBoard.RosterBytes);
        }
    }

    // A node cannot tell apart two people with the same check value (decision 17).
    private static List<string> Distinct(int count, Random random) =>
        [.. People.Generate(count + 10, random).DistinctBy(PackedRoster.Hash).Take(count)];
}
