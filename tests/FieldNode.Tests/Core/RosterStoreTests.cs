using System.Text;
using FieldNode.Core.Roster;
using FieldNode.Core.Screens;
using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Uplink;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>The roster on the node: what it says, what it costs, and that nothing broken is believed.</summary>
public sealed class RosterStoreTests
{
    private const int PeopleCount = 5000;

    private static readonly IReadOnlyList<Resident> s_residents = People.Settle(People.Generate(PeopleCount, new Random(11)), 2100, 40);
    private static readonly PackedRoster s_packed = Pack(s_residents);

    [Fact]
    public void Everybody_listed_is_found_with_the_household_in_two_reads_and_one_for_each_of_the_household()
    {
        var flash = new NorFlash(SimulatedBoard.RosterBytes);
        var (store, marks) = Opened(flash, s_packed);
        Assert.Equal(PeopleCount, store.Count);
        var homes = s_residents.CountBy(resident => resident.Household).ToDictionary();
        var reads = flash.ReadCalls;
        foreach (var resident in s_residents)
        {
            var advice = store.Advise(Hash(resident.Code), marks, out var missing);
            Assert.Equal(homes[resident.Household] - 1, missing);
            Assert.Equal(missing == 0 ? RosterAdvice.HouseholdDone : RosterAdvice.HouseholdMissing, advice);
        }

        Assert.Equal(s_residents.Sum(resident => 2L + homes[resident.Household]), flash.ReadCalls - reads);
        TestContext.Current.TestOutputHelper?.WriteLine($"{s_packed.Body.Length} bytes for {PeopleCount} people");
        Assert.InRange(s_packed.Body.Length / (double)PeopleCount, 3, 4);
    }

    [Fact]
    public void A_stranger_passes_once_in_about_64_times()
    {
        var seed = Seed.Take(nameof(A_stranger_passes_once_in_about_64_times));
        var random = new Random(seed);
        var roster = Pack(s_residents, (ulong)random.NextInt64());
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
        var first = packing.Pack(RosterOf(s_residents.Take(4900)), null);
        Assert.Same(first, packing.Pack(RosterOf(s_residents.Take(4900).Reverse()), first));

        var second = packing.Pack(RosterOf(s_residents.Skip(20).Take(4920)), first);
        Assert.Equal((first.Table.Key, first.Number + 1), (second.Table.Key, second.Number));
        Assert.InRange(s_residents.Take(20).Count(gone => second.Find(gone.Code) >= 0), 0, 5);
        Assert.All(s_residents.Skip(20).Take(4920), resident => Assert.True(second.Find(resident.Code) >= 0));

        var strangers = Enumerable.Range(0, 1_000_000).Select(_ => (uint)random.NextInt64(1L << 32)).Where(code => first.Find(code) >= 0).ToList();
        var both = strangers.Count(code => second.Find(code) >= 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{both} of {strangers.Count} strangers who pass the first pass the second");
        Assert.InRange(both, strangers.Count * 0.75, strangers.Count);
    }

    [Fact]
    public void Whoever_guesses_gets_fifty_wrong_people_for_each_right_one_of_the_largest_roster_even_if_all_are_of_one_area()
    {
        var seed = Seed.Take(nameof(Whoever_guesses_gets_fifty_wrong_people_for_each_right_one_of_the_largest_roster_even_if_all_are_of_one_area));
        var random = new Random(seed);
        var roster = Pack(People.Settle(People.Generate(RosterTable.PeopleMax, random), 4000, 50), (ulong)random.NextInt64());
        long passed = 0;
        Parallel.For(0, People.Days, day => Interlocked.Add(ref passed, People.OfDay(day).Count(code => roster.Find(code) >= 0)));
        var wrong = (passed - RosterTable.PeopleMax) / (double)RosterTable.PeopleMax;
        TestContext.Current.TestOutputHelper?.WriteLine($"{People.Days * 1000L:N0} ID numbers tried: {passed:N0} pass, {wrong:F1} wrong for each right one");
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
            var people = RosterOf(People.Settle(People.Generate(size, random), size / 3 + 1, 2));
            before = new RosterPacking(() => (ulong)random.NextInt64()).Pack(people, before);
            Assert.Equal(size, before.Count);
            Assert.Equal(size, people.Select(person => before.Find(person.Person)).Where(place => place >= 0).Distinct().Count());
            Assert.Equal(before.Body, PackedRoster.Read(before.Write())!.Body);
            Assert.InRange(4096 + before.Body.Length, 0, SimulatedBoard.RosterBytes);
        }
    }

    [Fact]
    public void The_missing_of_a_household_are_those_that_this_node_has_not_seen()
    {
        var bench = Lane();
        var home = Home(3);
        bench.Scan("ZZ00000001", home[0]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 2), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
        bench.Scan(home[1], "FN:UNDO", home[2]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 1), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
        bench.Scan(home[1]);
        Assert.Equal(RosterAdvice.HouseholdDone, bench.Node.Screen.Advice);
        var attentions = bench.Attentions;
        bench.Scan(Stranger);
        Assert.Equal((RosterAdvice.NotListed, attentions + 1), (bench.Node.Screen.Advice, bench.Attentions));
        bench.Scan("FN:NOPAPERS:CHILD");
        Assert.Equal(RosterAdvice.None, bench.Node.Screen.Advice);
    }

    [Fact]
    public void Another_roster_and_another_round_make_the_lane_forget_nobody()
    {
        var bench = Lane(roster: null);
        var home = Home(3);
        bench.Scan("ZZ00000001", home[0]);
        Assert.Equal(RosterAdvice.None, bench.Node.Screen.Advice);

        TakeRoster(bench, s_packed); // the first one comes in mid-day
        bench.Scan(home[1]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 1), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));

        TakeRoster(bench, Pack(s_residents, key: 77)); // and another under another key
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
        bench.Scan("ZZ00000004", Home(3, skip: 1)[0]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 2), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
    }

    [Fact]
    public void After_a_start_in_mid_round_nothing_is_said_of_households_that_may_have_been_here()
    {
        var bench = Lane(HmacTags.Instance);
        var home = Home(3);
        foreach (var (i, code) in s_residents.Skip(1000).Take(199).Select(resident => resident.Code).Prepend(home[0]).Index()) // beyond the newest sector
        {
            bench.Scan(i % 10 == 0 ? [$"ZZ{i:D8}", code] : [code]);
        }

        bench.Wait(1000); // idle: the keys of those before are destroyed
        bench.Restart();
        Remember(bench);
        bench.Scan("ZZ99999999", home[1]);
        Assert.Equal((RosterAdvice.Listed, 0), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
        bench.Scan(home[2], Stranger);
        Assert.Equal(RosterAdvice.NotListed, bench.Node.Screen.Advice);
        var pair = Home(2);
        bench.Scan(pair[0]);
        Assert.Equal(RosterAdvice.Listed, bench.Node.Screen.Advice);
        bench.Scan(pair[1]);
        Assert.Equal(RosterAdvice.HouseholdDone, bench.Node.Screen.Advice); // both have been here since
        bench.Scan("FN:CLOSE:EMPTY", "FN:ROUND:2", "ZZ99999998", home[0]);
        Remember(bench);
        bench.Scan(home[1]);
        Assert.Equal((RosterAdvice.HouseholdMissing, 1), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
    }

    [Fact]
    public void A_roster_cut_anywhere_while_it_is_written_is_none_or_whole_and_nothing_of_a_longer_one_is_left()
    {
        var small = Pack([.. s_residents.Take(900)]);
        var probe = new NorFlash(SimulatedBoard.RosterBytes);
        Write(probe, s_packed);
        var begun = probe.Steps;
        Write(probe, small);
        Assert.All(probe.Cells.AsSpan((4096 + small.Body.Length + 4095) / 4096 * 4096).ToArray(), cell => Assert.Equal(0xFF, cell));
        for (var cut = 0L; cut < probe.Steps - begun; cut += 7)
        {
            var flash = new NorFlash(SimulatedBoard.RosterBytes);
            Write(flash, s_packed);
            flash.CutAt(begun + cut);
            Assert.Throws<PowerCutException>(() => Write(flash, small));
            flash.PowerOn();
            var store = new RosterStore(flash);
            store.Load();
            Assert.True(store.Number == 0 || (cut == 0 && store.Count == PeopleCount));
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
            Write(flash, s_packed);
            for (var damage = 0; damage < 1 + i % 40; damage++)
            {
                flash.Cells[(i % 3 == 0 ? 0 : 4096) + random.Next(i % 3 == 0 ? 32 : 18_000)] = (byte)random.Next(256);
            }

            var store = new RosterStore(flash);
            store.Load();
            var marks = new RosterMarks(store, bench.Node.Memory, bench.Node.State);
            marks.Step();
            store.Advise(Hash(s_residents[random.Next(PeopleCount)].Code), marks, out var missing);
            Assert.InRange(missing, 0, 64);
        }
    }

    [Fact]
    public async Task A_node_takes_the_roster_from_its_host_and_the_next_one_in_its_place()
    {
        var time = new JumpingTime();
        await using var host = await TestHost.Start(time);
        var rosters = new Rosters(host.Store);
        rosters.Set("S", [.. s_residents.Select(resident => new RosterPerson("S", resident.Code, resident.Household, resident.Building))]);
        var settings = new FieldNode.Core.NodeSettings { NodeId = host.Node.Id, HostId = host.Store.HostId, GatherMs = 500 };
        var link = new SimulatedLink(new HttpPort(host), new Random(3), new LinkQuality());
        var board = new SimulatedBoard(settings, host.Key, new NorFlash(64 * 4096), link, new Bench(), new NorFlash(SimulatedBoard.RosterBytes));

        var took = RunUntil(board, 0, () => board.Node!.Roster.Number == 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{PeopleCount} people were on the node after {took / 1000d:F1} simulated seconds, {link.Delivered} requests");
        Assert.Equal(PeopleCount, board.Node!.Roster.Count);

        rosters.Set("S", [new RosterPerson("S", s_residents[0].Code, "1", "1")]);
        time.Jump = TimeSpan.FromSeconds(2); // the host looks for another roster once a second
        board.Press(FieldNode.Core.Ports.Button.Arrived);
        RunUntil(board, took, () => board.Node!.Roster.Number == 2);
        Assert.Equal(1, board.Node!.Roster.Count);
    }

    [Fact]
    public async Task Answers_changed_on_the_way_never_become_a_roster()
    {
        var random = new Random(Seed.Take(nameof(Answers_changed_on_the_way_never_become_a_roster)));
        await using var host = await TestHost.Start();
        new Rosters(host.Store).Set("S", [.. s_residents.Take(1000).Select(resident => new RosterPerson("S", resident.Code, resident.Household, resident.Building))]);
        var settings = new FieldNode.Core.NodeSettings { NodeId = host.Node.Id, HostId = host.Store.HostId, GatherMs = 500 };
        var link = new SimulatedLink(new HttpPort(host, random), new Random(3), LinkQuality.Perfect);
        var flash = new NorFlash(SimulatedBoard.RosterBytes);
        var board = new SimulatedBoard(settings, host.Key, new NorFlash(64 * 4096), link, new Bench(), flash);

        RunUntil(board, 0, () => board.Node!.Roster.Number == 1);
        Assert.Equal(1000, board.Node!.Roster.Count);
        var body = new Rosters(host.Store).Find("S")!.Body;
        Assert.Equal(body, flash.Cells.AsSpan(4096, body.Length).ToArray());
    }

    [Fact]
    public async Task Hostile_requests_for_a_roster_are_refused_with_a_code()
    {
        var random = new Random(Seed.Take(nameof(Hostile_requests_for_a_roster_are_refused_with_a_code)));
        await using var host = await TestHost.Start();
        var endpoint = new FieldNode.Host.Http.RosterEndpoint(host.Store, new NodeRegistry(host.Store, TimeProvider.System), new Rosters(host.Store), TimeProvider.System);
        var honest = new byte[RosterMessage.RequestBytes];
        RosterMessage.WriteRequest(honest, host.Store.HostId, host.Node.Id, 1, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var body = honest.AsSpan(0, random.Next(4) == 0 ? random.Next(honest.Length + 1) : honest.Length).ToArray();
            if (body.Length > 0)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            var (answer, problem) = endpoint.Answer(body);
            Assert.Empty(answer);
            Assert.InRange(problem!.Status, 400, 404);
        }

        System.Security.Cryptography.HMACSHA256.HashData(Logs.KeysOf(host.Key).Roster, honest.AsSpan(0, RosterMessage.RequestTagged), honest.AsSpan(RosterMessage.RequestTagged));
        Assert.Equal("no-roster", endpoint.Answer(honest).Problem!.Code);

        RosterMessage.WriteRequest(honest, host.Store.HostId, host.Node.Id, 0, 0); // whatever there is
        System.Security.Cryptography.HMACSHA256.HashData(Logs.KeysOf(host.Key).Roster, honest.AsSpan(0, RosterMessage.RequestTagged), honest.AsSpan(RosterMessage.RequestTagged));
        var (nothing, _) = endpoint.Answer(honest);
        var table = new RosterTable();
        Assert.True(RosterMessage.TryReadAnswer(honest, nothing, nothing.Length, table));
        Assert.Equal((0, 0, 0), (table.Number, table.People, RosterMessage.CountOf(nothing)));
    }

    private static long RunUntil(SimulatedBoard board, long from, Func<bool> condition)
    {
        for (var now = from; now < from + 600_000; now += 20)
        {
            board.Step(now);
            if (board.Node is not null && condition())
            {
                return now;
            }
        }

        Assert.Fail("the roster did not come within ten simulated minutes");
        return 0;
    }

    private static string Stranger { get; } = People.Generate(100, new Random(12)).First(code => s_packed.Find(code) < 0 && s_residents.All(resident => resident.Code != code));

    private static List<string> Home(int people, int skip = 0) => [.. s_residents.GroupBy(resident => resident.Household).Where(family => family.Count() == people).ElementAt(skip).Select(resident => resident.Code)];

    private static List<RosterPerson> RosterOf(IEnumerable<Resident> residents) => [.. residents.Select(resident => new RosterPerson("S", resident.Code, resident.Household, resident.Building))];

    private static PackedRoster Pack(IEnumerable<Resident> residents, ulong key = 0x0123456789ABCDEF) => new RosterPacking(() => key++).Pack(RosterOf(residents), null);

    // A lane that carries the roster.
    private static Bench Lane(ITags? tags = null) => Lane(s_packed, tags);

    private static Bench Lane(PackedRoster? roster, ITags? tags = null)
    {
        var bench = new Bench { Roster = new NorFlash(SimulatedBoard.RosterBytes) };
        bench.Tags = tags ?? bench.Tags;
        if (roster is not null)
        {
            Write(bench.Roster, roster);
        }

        bench.Renew().Start();
        Remember(bench);
        return bench;
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
        Write(bench.Roster!, roster);
        bench.Node.Roster.Load();
        Remember(bench);
    }

    private static (RosterStore Store, RosterMarks Marks) Opened(NorFlash flash, PackedRoster roster)
    {
        Write(flash, roster);
        var store = new RosterStore(flash);
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

    internal static void Write(NorFlash flash, PackedRoster roster)
    {
        var store = new RosterStore(flash);
        Assert.True(store.Begin(roster.Table));
        for (var at = 0; at < roster.Body.Length; at += RosterMessage.PartMax)
        {
            Assert.True(store.Write(at, roster.Body, at, Math.Min(RosterMessage.PartMax, roster.Body.Length - at)));
        }

        while (!store.ClearRest())
        {
        }

        Assert.True(store.Finish());
    }

    private static uint Hash(string code) => Crc32.Of(Encoding.ASCII.GetBytes(code), 0, code.Length);

    private sealed class JumpingTime : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Jump.TotalSeconds * TimestampFrequency);
    }

    private sealed class HttpPort(TestHost host, Random? tamper = null) : IHostPort
    {
        public HostAnswer Post(byte kind, byte[] body)
        {
            var (type, path) = kind == FieldNode.Core.Ports.UplinkKind.Roster ? (FieldNode.Host.Http.RosterEndpoint.ContentType, FieldNode.Host.Http.RosterEndpoint.Path) : (FieldNode.Host.Http.BatchEndpoint.ContentType, FieldNode.Host.Http.BatchEndpoint.Path);
            var (status, answer, _) = host.Post(body, type, path).GetAwaiter().GetResult();
            if (tamper is not null && kind == FieldNode.Core.Ports.UplinkKind.Roster && tamper.Next(2) == 0)
            {
                answer = tamper.Next(3) == 0 ? answer[..tamper.Next(answer.Length)] : answer;
                answer = tamper.Next(3) == 0 ? [.. answer, (byte)tamper.Next(256)] : answer;
                if (answer.Length > 0)
                {
                    answer[tamper.Next(answer.Length)] ^= (byte)(1 << tamper.Next(8));
                }
            }

            return new HostAnswer(status, answer);
        }
    }
}
