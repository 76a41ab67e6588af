using FieldNode.Answers.Roster;
using FieldNode.Core.Roster;
using FieldNode.Core.Screens;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>The roster on the node: what it answers, what it costs, and that a broken roster is never used.</summary>
public sealed class RosterStoreTests
{
    [Fact]
    public void Everybody_listed_is_found_with_the_household_in_two_reads_and_one_for_each_of_the_household()
    {
        var flash = new NorFlash(SimulatedBoard.RosterBytes);
        var (store, marks) = Opened(flash, SampleRoster.Packed);
        Assert.Equal(SampleRoster.PeopleCount, store.Count);
        var homes = SampleRoster.Residents.CountBy(resident => resident.Household).ToDictionary();
        var reads = flash.ReadCalls;
        foreach (var resident in SampleRoster.Residents)
        {
            var advice = store.Advise(SampleRoster.Hash(resident.Code), marks, out var missing);
            Assert.Equal(homes[resident.Household] - 1, missing);
            Assert.Equal(missing == 0 ? RosterAdvice.HouseholdDone : RosterAdvice.HouseholdMissing, advice);
        }

        Assert.Equal(SampleRoster.Residents.Sum(resident => 2L + homes[resident.Household]), flash.ReadCalls - reads);
        TestContext.Current.TestOutputHelper?.WriteLine($"{SampleRoster.Packed.Body.Length} bytes for {SampleRoster.PeopleCount} people");
        Assert.InRange(SampleRoster.Packed.Body.Length / (double)SampleRoster.PeopleCount, 3, 4);
    }

    [Fact]
    public void The_missing_of_a_household_are_those_that_this_node_has_not_seen()
    {
        var bench = Lane();
        var home = SampleRoster.Home(3);
        bench.Scan("ZZ00000001", home[0]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 2), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
        bench.Scan(home[1], "FN:UNDO", home[2]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 1), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
        bench.Scan(home[1]);
        Assert.Equal(RosterAdvice.HouseholdDone, bench.Node.Screen.Advice);
        var attentions = bench.Attentions;
        bench.Scan(SampleRoster.Stranger);
        Assert.Equal((RosterAdvice.NotListed, attentions + 1), (bench.Node.Screen.Advice, bench.Attentions));
        bench.Scan("FN:NOPAPERS:CHILD");
        Assert.Equal(RosterAdvice.None, bench.Node.Screen.Advice);
    }

    [Fact]
    public void Another_roster_and_another_round_make_the_lane_forget_nobody()
    {
        var bench = Lane(roster: null);
        var home = SampleRoster.Home(3);
        bench.Scan("ZZ00000001", home[0]);
        Assert.Equal(RosterAdvice.None, bench.Node.Screen.Advice);

        TakeRoster(bench, SampleRoster.Packed); // the first roster comes in mid-day
        bench.Scan(home[1]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 1), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));

        TakeRoster(bench, SampleRoster.Pack(SampleRoster.Residents, key: 77)); // another roster under another key
        bench.Scan(home[2]);
        Assert.Equal(RosterAdvice.HouseholdDone, bench.Node.Screen.Advice);
        bench.Scan("FN:CLOSE:EMPTY", "ZZ00000002", home[0]);
        Assert.Equal(ScreenKind.Ask, bench.Node.Screen.Kind);

        bench.Scan("FN:CLOSE:EMPTY", "FN:ROUND:2");
        Remember(bench);
        bench.Scan("ZZ00000003", home[0]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 2), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
        bench.Scan("FN:CLOSE:EMPTY", "FN:ROUND:1");
        Remember(bench);
        bench.Scan("ZZ00000004", SampleRoster.Home(3, skip: 1)[0]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 2), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
    }

    [Fact]
    public void A_sample_in_another_round_marks_nobody_in_this_one()
    {
        var bench = Lane();
        var pairs = SampleRoster.Residents.GroupBy(resident => resident.Household).Where(family => family.Count() == 2).ToList();
        ScanAll(bench, pairs.Skip(300).Take(300).SelectMany(pair => pair.Select(resident => resident.Code)));
        bench.Scan("FN:ROUND:2");
        Remember(bench);
        foreach (var (i, pair) in pairs.Take(300).Index())
        {
            ScanAll(bench, [pair.First().Code], from: 10_000 + 10 * i);
            Assert.Equal((RosterAdvice.HouseholdMissing, 1), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
        }
    }

    [Fact]
    public void The_people_of_a_damaged_tube_are_missing_again_until_its_closing_is_undone()
    {
        var bench = Lane();
        var home = SampleRoster.Home(3);
        bench.Scan("ZZ00000001", home[0], home[1], "FN:CLOSE:DAMAGED", "FN:UNDO", home[2]);
        Assert.Equal((RosterAdvice.HouseholdDone, 3u), (bench.Node.Screen.Advice, bench.Node.State.Sampled));

        bench.Scan("FN:CLOSE:DAMAGED", "ZZ00000002");
        Assert.Equal(Refusal.None, bench.Scan(home[0]));
        Assert.Equal((RosterAdvice.HouseholdMissing, 2, 1u),
            (bench.Node.Screen.Advice, bench.Node.Screen.Missing, bench.Node.State.Sampled));
    }

    [Fact]
    public void Another_sites_roster_is_none_and_is_dropped()
    {
        foreach (var (host, site, isOurs) in new[] { (0u, "S", true), (0u, "T", false), (1u, "S", false) })
        {
            var flash = new NorFlash(SimulatedBoard.RosterBytes);
            SampleRoster.Write(flash, SampleRoster.Packed);
            var store = SampleRoster.StoreOn(flash, host, site);
            store.Load();
            Assert.Equal(isOurs, store.Number == 1);
            while (store.StepDrop())
            {
            }

            Assert.Equal(!isOurs, flash.Cells.AsSpan(0, 4096).IndexOfAnyExcept((byte)0xFF) < 0);
        }
    }

    [Fact]
    public void After_a_start_in_mid_round_nothing_is_said_of_households_that_may_have_been_here()
    {
        var bench = Lane(HmacTags.Instance);
        var home = SampleRoster.Home(3);
        // More people than the newest sector holds.
        ScanAll(bench, SampleRoster.Residents.Skip(1000).Take(199).Select(resident => resident.Code).Prepend(home[0]));

        bench.Wait(1000); // idle: the keys of older sectors are destroyed
        bench.Restart();
        Remember(bench);
        bench.Scan("ZZ99999999", home[1]);
        Assert.Equal((RosterAdvice.Listed, 0), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
        bench.Scan(home[2], SampleRoster.Stranger);
        Assert.Equal(RosterAdvice.NotListed, bench.Node.Screen.Advice);
        var pair = SampleRoster.Home(2);
        bench.Scan(pair[0]);
        Assert.Equal(RosterAdvice.Listed, bench.Node.Screen.Advice);
        bench.Scan(pair[1]);
        Assert.Equal(RosterAdvice.HouseholdDone, bench.Node.Screen.Advice); // both have been here since the restart
        bench.Scan("FN:CLOSE:EMPTY", "FN:ROUND:2", "ZZ99999998", home[0]);
        Remember(bench);
        bench.Scan(home[1]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 1), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
    }

    [Fact]
    public void A_roster_cut_anywhere_while_it_is_written_is_none_or_whole_and_the_key_of_the_one_before_is_gone()
    {
        var small = SampleRoster.Pack([.. SampleRoster.Residents.Take(900)], key: 77);
        var probe = new NorFlash(SimulatedBoard.RosterBytes);
        SampleRoster.Write(probe, SampleRoster.Packed);
        var begun = probe.Steps;
        SampleRoster.Write(probe, small);
        // The table's key, without which the table reveals nothing.
        Assert.Equal(-1, probe.Cells.AsSpan().IndexOf(BitConverter.GetBytes(SampleRoster.Packed.Table.Key)));
        for (var cut = 0L; cut < probe.Steps - begun; cut += 7)
        {
            var flash = new NorFlash(SimulatedBoard.RosterBytes);
            SampleRoster.Write(flash, SampleRoster.Packed);
            flash.CutAt(begun + cut);
            Assert.Throws<PowerCutException>(() => SampleRoster.Write(flash, small));
            flash.PowerOn();
            var store = SampleRoster.StoreOn(flash);
            store.Load();
            Assert.True(store.Number == 0 || (cut == 0 && store.Count == SampleRoster.PeopleCount));
        }
    }

    [Fact]
    public void Flash_of_any_content_is_read_without_harm()
    {
        var random = new Random(Seed.Take(nameof(Flash_of_any_content_is_read_without_harm)));
        var bench = new Bench().Start();
        for (var i = 0; i < 2000; i++)
        {
            var flash = new NorFlash(SimulatedBoard.RosterBytes);
            SampleRoster.Write(flash, SampleRoster.Packed);
            for (var damage = 0; damage < 1 + i % 40; damage++)
            {
                flash.Cells[(i % 3 == 0 ? 0 : 4096) + random.Next(i % 3 == 0 ? 32 : 18_000)] = (byte)random.Next(256);
            }

            var store = SampleRoster.StoreOn(flash);
            store.Load();
            var marks = new RosterMarks(store, bench.Node.Memory, bench.Node.State);
            for (var step = 0; step < 300; step++)
            {
                marks.Step();
            }

            Assert.Equal(store.Number != 0, marks.KnowsAll);
            store.Advise(SampleRoster.Hash(SampleRoster.Residents[random.Next(SampleRoster.PeopleCount)].Code), marks, out var missing);
            Assert.InRange(missing, 0, 64);
        }
    }

    // A lane with the roster.
    private static Bench Lane(ITags? tags = null) => Lane(SampleRoster.Packed, tags);

    private static Bench Lane(PackedRoster? roster, ITags? tags = null)
    {
        var bench = new Bench { Roster = new NorFlash(SimulatedBoard.RosterBytes) };
        bench.Tags = tags ?? bench.Tags;
        if (roster is not null)
        {
            SampleRoster.Write(bench.Roster, roster);
        }

        bench.Renew().Start();
        Remember(bench);
        return bench;
    }

    // Ten people to a tube; the last tube is closed if it is not full.
    private static void ScanAll(Bench bench, IEnumerable<string> people, int from = 0)
    {
        var count = 0;
        foreach (var (i, code) in people.Index())
        {
            bench.Scan(i % 10 == 0 ? [$"ZZ{from + i:D8}", code] : [code]);
            count = i + 1;
        }

        var (advice, missing) = (bench.Node.Screen.Advice, bench.Node.Screen.Missing);
        if (count % 10 != 0)
        {
            bench.Scan("FN:CLOSE:EMPTY");
            (bench.Node.Screen.Advice, bench.Node.Screen.Missing) = (advice, missing);
        }
    }

    private static void Remember(Bench bench)
    {
        for (var i = 0; i < 1000; i++)
        {
            bench.Wait(20);
        }
    }

    private static void TakeRoster(Bench bench, PackedRoster roster)
    {
        SampleRoster.Write(bench.Roster!, roster);
        bench.Node.Roster.Load();
        Remember(bench);
    }

    private static (RosterStore Store, RosterMarks Marks) Opened(NorFlash flash, PackedRoster roster)
    {
        SampleRoster.Write(flash, roster);
        var store = SampleRoster.StoreOn(flash);
        store.Load();
        var bench = new Bench().Start();
        var marks = new RosterMarks(store, bench.Node.Memory, bench.Node.State);
        bench.Settle();
        while (!marks.KnowsAll)
        {
            marks.Step();
        }

        return (store, marks);
    }
}
