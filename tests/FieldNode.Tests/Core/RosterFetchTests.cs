using FieldNode.Answers.Roster;
using FieldNode.Core.Screens;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Uplink;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>A node fetches the roster from its host, despite failures on the way.</summary>
public sealed partial class RosterFetchTests
{
    [Fact]
    public async Task A_node_takes_the_roster_from_its_host_and_the_next_one_in_its_place()
    {
        var time = new JumpingTime();
        await using var host = await TestHost.Start(time);
        var rosters = new Rosters(host.Store);
        rosters.Set("S", SampleRoster.RosterOf(SampleRoster.Residents));
        var settings = new FieldNode.Core.Settings.NodeSettings { NodeId = host.Node.Id, HostId = host.Store.HostId, GatherMs = 500 };
        var link = new SimulatedLink(new HttpPort(host), new Random(3), new LinkQuality());
        var board = new SimulatedBoard(settings, host.Key, new NorFlash(64 * 4096), link, new Bench(),
            new NorFlash(SimulatedBoard.RosterBytes));

        var took = RunUntil(board, 0, () => board.Node!.Roster.Number == 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{SampleRoster.PeopleCount} people were on the node after {took / 1000d:F1} "
            + $"simulated seconds, {link.Delivered} requests");
        Assert.Equal(SampleRoster.PeopleCount, board.Node!.Roster.Count);

        rosters.Set("S", [new RosterPerson("S", SampleRoster.Residents[0].Code, "1", "1")]);
        time.Jump = TimeSpan.FromSeconds(2); // the host looks for another roster once a second
        board.Press(FieldNode.Core.Ports.Button.Arrived);
        RunUntil(board, took, () => board.Node!.Roster.Number == 2);
        Assert.Equal(1, board.Node!.Roster.Count);
    }

    /// <summary>An attack by a finder of the node: he tries numbers on its own program.</summary>
    [Fact]
    public async Task On_the_node_itself_strangers_pass_too_so_that_a_listed_person_can_deny_it()
    {
        await using var host = await HostWithRoster(1000);
        var flash = new NorFlash(SimulatedBoard.RosterBytes);
        var board = BoardOf(host, new HttpPort(host), flash);
        RunUntil(board, 0, () => board.Node!.Roster.Number == 1);

        var bench = new Bench { Roster = flash };
        (bench.Settings.HostId, bench.Settings.Site) = (host.Store.HostId, []);
        bench.Renew().Start();
        var passed = 0;
        foreach (var (i, stranger) in People.Generate(2000,
            new Random(Seed.Take(nameof(On_the_node_itself_strangers_pass_too_so_that_a_listed_person_can_deny_it)))).Index())
        {
            bench.Scan(i % 10 == 0 ? [$"ZZ{i:D8}", stranger] : [stranger]);
            passed += bench.Node.Screen.Advice is RosterAdvice.NotListed or RosterAdvice.None ? 0 : 1;
        }

        Assert.InRange(passed, 8, 70); // 31 of 2,000
    }

    [Fact]
    public async Task A_node_that_has_the_roster_asks_once_at_its_start_and_takes_nothing()
    {
        await using var host = await HostWithRoster(1000);
        var flash = new NorFlash(SimulatedBoard.RosterBytes);
        var port = new HttpPort(host);
        RunUntil(BoardOf(host, port, flash), 0, () => port.Rosters == 5 && port.Board!.Node!.Roster.Number == 1);
        var erases = flash.Erases;

        var again = BoardOf(host, port, flash);
        RunFor(again, 120_000);

        Assert.Equal((6, 1, erases), (port.Rosters, again.Node!.Roster.Number, flash.Erases));
    }

    [Fact]
    public async Task A_node_without_a_roster_gets_it_before_its_first_records_are_answered()
    {
        await using var host = await HostWithRoster(1000);
        var port = new HttpPort(host) { AnswersBatches = false };
        var board = BoardOf(host, port, new NorFlash(SimulatedBoard.RosterBytes));
        RunUntil(board, 0, () => board.Node!.Roster.Number == 1);
    }

    [Fact]
    public async Task A_request_that_was_lost_has_waited_already()
    {
        await using var host = await TestHost.Start();
        var port = new HttpPort(host) { AnswersBatches = false };
        RunFor(BoardOf(host, port, flash: null), 31_000);
        Assert.Equal(4, port.Batches); // each waits ten seconds for its answer, and the next is sent at once
    }

    [Fact]
    public async Task A_roster_that_gets_shorter_while_it_comes_begins_anew()
    {
        await using var host = await HostWithRoster(SampleRoster.PeopleCount);
        var port = new HttpPort(host) { AnswersBatches = false };
        port.OnRoster = count =>
        {
            if (count == 15)
            {
                SetRoster(host, 300);
            }
        };
        var board = BoardOf(host, port, new NorFlash(SimulatedBoard.RosterBytes));
        RunUntil(board, 0, () => board.Node!.Roster.Count == 300);
    }

    [Fact]
    public async Task A_flash_that_does_not_take_it_is_tried_three_times_and_the_lane_goes_on()
    {
        await using var host = await HostWithRoster(SampleRoster.PeopleCount);
        var flash = new NorFlash(SimulatedBoard.RosterBytes);
        flash.StopErasing(3);
        flash.Cells[3 * 4096 + 5] = 0;
        var board = BoardOf(host, new HttpPort(host), flash);
        RunFor(board, 3_600_000);
        Assert.Equal((0, true), (board.Node!.Roster.Number, board.Node.Log.UnackedRecords == 0));
        Assert.InRange(flash.Erases, 10, 12);
    }

    [Fact]
    public async Task Answers_changed_on_the_way_never_become_a_roster()
    {
        var random = new Random(Seed.Take(nameof(Answers_changed_on_the_way_never_become_a_roster)));
        await using var host = await HostWithRoster(1000);
        var flash = new NorFlash(SimulatedBoard.RosterBytes);
        var board = BoardOf(host, new HttpPort(host, random), flash);

        RunUntil(board, 0, () => board.Node!.Roster.Number == 1);
        Assert.Equal(1000, board.Node!.Roster.Count);
        var body = new Rosters(host.Store).Find("S")!.Body;
        Assert.Equal(body, flash.Cells.AsSpan(4096, body.Length).ToArray());
    }

    [Fact]
    public async Task An_answer_whose_tag_alone_is_wrong_is_no_roster()
    {
        await using var host = await HostWithRoster(1000);
        var port = new HttpPort(host) { HasWrongTags = true };
        var board = BoardOf(host, port, new NorFlash(SimulatedBoard.RosterBytes));
        RunFor(board, 600_000);

        Assert.True(port.Rosters > 0);
        Assert.Equal(0, board.Node!.Roster.Number);
    }

    private static async Task<TestHost> HostWithRoster(int people)
    {
        var host = await TestHost.Start();
        SetRoster(host, people);
        return host;
    }

    private static void SetRoster(TestHost host, int people) => new Rosters(host.Store)
        .Set("S", SampleRoster.RosterOf(SampleRoster.Residents.Take(people)));

    private static SimulatedBoard BoardOf(TestHost host, HttpPort port, NorFlash? flash)
    {
        var settings = new FieldNode.Core.Settings.NodeSettings { NodeId = host.Node.Id, HostId = host.Store.HostId, GatherMs = 500 };
        return port.Board = new SimulatedBoard(settings, host.Key, new NorFlash(64 * 4096),
            new SimulatedLink(port, new Random(3), LinkQuality.Perfect), new Bench(), flash);
    }

    private static void RunFor(SimulatedBoard board, long ms)
    {
        for (var now = 0L; now < ms; now += 20)
        {
            board.Step(now);
        }
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

    private sealed class JumpingTime : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Jump.TotalSeconds * TimestampFrequency);
    }

    private sealed class HttpPort(TestHost host, Random? tamper = null) : IHostPort
    {
        public bool AnswersBatches { get; init; } = true;

        /// <summary>Only the tag is changed; the rest of a roster answer is as the host wrote it.</summary>
        public bool HasWrongTags { get; init; }

        public Action<int> OnRoster { get; set; } = _ => { };

        public SimulatedBoard? Board { get; set; }

        public int Batches { get; private set; }

        public int Rosters { get; private set; }

        public HostAnswer Post(byte kind, byte[] body)
        {
            var isRoster = kind == FieldNode.Core.Ports.UplinkKind.Roster;
            (Rosters, Batches) = isRoster ? (Rosters + 1, Batches) : (Rosters, Batches + 1);
            if (isRoster)
            {
                OnRoster(Rosters);
            }

            if (!isRoster && !AnswersBatches)
            {
                return HostAnswer.Unreachable;
            }

            var (type, path) = isRoster ? (FieldNode.Host.Http.RosterEndpoint.ContentType, FieldNode.Host.Http.RosterEndpoint.Path)
                : (FieldNode.Host.Http.BatchEndpoint.ContentType, FieldNode.Host.Http.BatchEndpoint.Path);
            var (status, answer, _) = host.Post(body, type, path).GetAwaiter().GetResult();
            if (isRoster && HasWrongTags)
            {
                answer[^1] ^= 1;
            }

            if (tamper is not null && isRoster && tamper.Next(2) == 0)
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
