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
    private static readonly byte[] s_packed = Rosters.Pack([.. s_residents.Select(resident => new RosterPerson("S", resident.Code, resident.Household, resident.Building))]);

    [Fact]
    public void Five_thousand_people_take_30_000_bytes_and_a_look_up_a_dozen_reads_and_no_stranger_of_a_million_passes()
    {
        var flash = new NorFlash(SimulatedBoard.RosterBytes);
        var store = Written(flash);
        Assert.Equal((PeopleCount, 6 * PeopleCount), (store.Count, s_packed.Length));

        var memory = new Bench().Start().Node.Memory;
        var reads = flash.ReadCalls;
        foreach (var resident in s_residents.Take(500))
        {
            Assert.True(store.Advise(Hash(resident.Code), memory, out var missing) is RosterAdvice.HouseholdMissing or RosterAdvice.HouseholdDone);
            Assert.Equal(s_residents.Count(other => other.Household == resident.Household) - 1, missing);
        }

        var random = new Random(5);
        var strangers = Enumerable.Range(0, 1_000_000).Count(_ => store.Advise((uint)random.NextInt64(1L << 32), memory, out var _) != RosterAdvice.NotListed);
        TestContext.Current.TestOutputHelper?.WriteLine($"{(flash.ReadCalls - reads) / 1_000_500d:F1} reads a look-up; {strangers} of 1,000,000 strangers passed, expected {1e6 * PeopleCount / Math.Pow(2, 32):F2}");
        Assert.InRange((flash.ReadCalls - reads) / 1_000_500d, 1, 16);
        Assert.InRange(strangers, 0, 12);
    }

    [Fact]
    public void The_missing_of_a_household_are_those_that_this_node_has_not_seen()
    {
        var bench = new Bench { Roster = new NorFlash(SimulatedBoard.RosterBytes) };
        Written(bench.Roster);
        bench.Renew().Start();
        var home = s_residents.GroupBy(resident => resident.Household).First(family => family.Count() == 3).ToList();
        bench.Scan("ZZ00000001", home[0].Code);
        Assert.Equal((RosterAdvice.HouseholdMissing, 2), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
        bench.Scan(home[1].Code, "FN:UNDO", home[2].Code);
        Assert.Equal((RosterAdvice.HouseholdMissing, 1), (bench.Node.Screen.Advice, bench.Node.Screen.Missing));
        bench.Scan(home[1].Code);
        Assert.Equal(RosterAdvice.HouseholdDone, bench.Node.Screen.Advice);
        var attentions = bench.Attentions;
        bench.Scan("11010519491231002X");
        Assert.Equal((RosterAdvice.NotListed, attentions + 1), (bench.Node.Screen.Advice, bench.Attentions));
        bench.Scan("FN:NOPAPERS:CHILD");
        Assert.Equal(RosterAdvice.None, bench.Node.Screen.Advice);
    }

    [Fact]
    public void A_roster_cut_anywhere_while_it_is_written_is_none_or_whole()
    {
        var probe = new NorFlash(SimulatedBoard.RosterBytes);
        Write(probe, s_packed.AsSpan(0, 6 * 900).ToArray());
        for (var cut = 0L; cut < probe.Steps; cut += 7)
        {
            var flash = new NorFlash(SimulatedBoard.RosterBytes);
            flash.CutAt(cut);
            Assert.Throws<PowerCutException>(() => Write(flash, s_packed.AsSpan(0, 6 * 900).ToArray()));
            flash.PowerOn();
            var store = new RosterStore(flash);
            store.Load();
            Assert.Equal(0, store.Number);
        }
    }

    [Fact]
    public void Flash_of_any_content_is_read_without_harm()
    {
        var random = new Random(Seed.Take(nameof(Flash_of_any_content_is_read_without_harm)));
        var memory = new Bench().Start().Node.Memory;
        for (var i = 0; i < 2000; i++)
        {
            var flash = new NorFlash(SimulatedBoard.RosterBytes);
            var store = Written(flash);
            for (var damage = 0; damage < 1 + i % 40; damage++)
            {
                flash.Cells[(i % 3 == 0 ? 0 : 4096) + random.Next(i % 3 == 0 ? 16 : 30_000)] = (byte)random.Next(256);
            }

            store.Load();
            store.Advise(Hash(s_residents[random.Next(PeopleCount)].Code), memory, out var missing);
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
        Assert.Equal(s_residents.Take(1000).Select(resident => Hash(resident.Code)).Order(), Enumerable.Range(0, 1000).Select(i => LittleEndian.ReadUInt32(flash.Cells, 4096 + i * 6)));
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

    private static RosterStore Written(NorFlash flash)
    {
        Write(flash, s_packed);
        var store = new RosterStore(flash);
        store.Load();
        return store;
    }

    private static void Write(NorFlash flash, byte[] packed)
    {
        var store = new RosterStore(flash);
        var count = packed.Length / RosterMessage.PersonBytes;
        Assert.True(store.Begin(1, count, Crc32.Of(packed, 0, packed.Length)));
        for (var first = 0; first < count; first += RosterMessage.PartMax)
        {
            Assert.True(store.Write(first, packed, first * RosterMessage.PersonBytes, Math.Min(RosterMessage.PartMax, count - first)));
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
