using FieldNode.Core.Ports;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

public sealed class LaneTests
{
    private static readonly string[] s_people = [.. People.Generate(30, new Random(1))];

    [Fact]
    public void A_tube_takes_ten_people_and_refuses_the_eleventh()
    {
        var bench = new Bench().Start();

        Assert.Equal(Refusal.None, bench.Scan("ZZ00000001"));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Refusal.None, bench.Scan(s_people[i]));
            Assert.Equal(i + 1, bench.State.People);
        }

        Assert.Equal(1, bench.FullSignals);
        Assert.Equal(Refusal.GroupFull, bench.Scan(s_people[10]));
        Assert.Equal(10u, bench.State.Sampled);
    }

    [Fact]
    public void The_next_tube_closes_a_full_one()
    {
        var bench = new Bench().Start();
        bench.Scan(["ZZ00000001", .. s_people[..10]]);

        Assert.Equal(Refusal.None, bench.Scan("ZZ00000002"));

        Assert.Equal(1u, bench.State.Tubes);
        Assert.Equal(0, bench.State.People);
        Assert.Equal([RecordType.TubeClosed, RecordType.TubeOpened], bench.Confirmations.TakeLast(2).Select(c => c.Type));
    }

    [Fact]
    public void A_person_without_a_tube_is_refused()
    {
        Assert.Equal(Refusal.NoTube, new Bench().Start().Scan(s_people[0]));
    }

    [Fact]
    public void The_same_person_twice_in_a_tube_is_refused_in_either_case_of_x()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", "11010519491231002X");

        Assert.Equal(Refusal.AlreadyInTube, bench.Scan("11010519491231002x"));
    }

    [Fact]
    public void A_person_sampled_before_in_this_round_is_asked_for_again_and_then_taken()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:EMPTY", "ZZ00000002");

        Assert.Equal(Refusal.None, bench.Scan(s_people[0]));
        Assert.Equal((Asked.PersonAgain, 0), (bench.State.AskedWhat, bench.State.People));
        Assert.Equal(Refusal.None, bench.Scan(s_people[0]));
        Assert.Equal((Asked.Nothing, 1), (bench.State.AskedWhat, bench.State.People));
        bench.Scan("FN:CLOSE:EMPTY", "FN:ROUND:2", "ZZ00000003");
        Assert.Equal(Refusal.None, bench.Scan(s_people[0])); // another round, no question
        Assert.Equal(1, bench.State.People);
    }

    [Fact]
    public void Closing_early_needs_a_reason()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0]);

        Assert.Equal(Refusal.NeedsReason, bench.Scan("FN:CLOSE"));
        Assert.Equal(Refusal.None, bench.Scan("FN:CLOSE:SHIFT"));
        Assert.Equal(LaneState.TubeClosed, bench.State.TubeStatus);
    }

    [Fact]
    public void A_second_tube_before_the_first_is_closed_is_refused()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0]);

        Assert.Equal(Refusal.TubeOpen, bench.Scan("ZZ00000002"));
    }

    [Fact]
    public void The_tube_just_closed_cannot_be_opened_again()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:EMPTY");

        Assert.Equal(Refusal.TubeUsed, bench.Scan("ZZ00000001"));
    }

    [Fact]
    public void Undo_goes_back_step_by_step_and_every_step_is_a_record()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], s_people[1], "FN:CLOSE:EMPTY");

        Assert.Equal(Refusal.None, bench.Press(Button.Undo)); // undoes the closing
        Assert.True(bench.State.TubeTakesPeople);
        Assert.Equal(Refusal.None, bench.Scan("FN:UNDO")); // undoes the second person
        Assert.Equal((1, 1u), (bench.State.People, bench.State.Sampled));
        Assert.Equal(Refusal.None, bench.Press(Button.Undo));
        Assert.Equal(Refusal.None, bench.Press(Button.Undo)); // undoes the tube
        Assert.Equal(LaneState.TubeNone, bench.State.TubeStatus);
        Assert.Equal(Refusal.NothingToUndo, bench.Press(Button.Undo));
        Assert.Equal(4, bench.Confirmations.Count(c => c.Type == RecordType.Undone));
    }

    [Fact]
    public void An_undone_person_may_be_scanned_again()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:UNDO");

        Assert.Equal(Refusal.None, bench.Scan(s_people[0]));
        Assert.Equal(1, bench.State.People);
    }

    [Fact]
    public void Whom_an_undo_takes_back_is_in_the_pace_no_more()
    {
        var bench = new Bench().Start();
        uint Pace() => bench.State.Pace.PerHour(bench.State.Clock.Seconds);
        bench.Scan("ZZ00000001", s_people[0]);
        var ofOne = Pace();
        bench.Scan(s_people[1]);
        Assert.True(ofOne > 0 && Pace() == 2 * ofOne, $"{Pace()} of two, {ofOne} of one");

        bench.Press(Button.Undo);

        Assert.Equal(ofOne, Pace());
    }

    [Fact]
    public void Undo_takes_back_an_arrival_when_that_was_the_last_step()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:ARRIVED:7");

        Assert.Equal(Refusal.None, bench.Press(Button.Undo));
        Assert.Equal((0u, 1u), (bench.State.Arrivals, bench.State.Sampled));
        bench.Press(Button.Undo);
        Assert.Equal(0u, bench.State.Sampled);
    }

    [Fact]
    public void No_undo_reaches_back_into_another_round()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:EMPTY", "FN:ROUND:2", "ZZ00000002");

        Assert.Equal(Refusal.None, bench.Press(Button.Undo)); // undoes the tube
        Assert.Equal(Refusal.NothingToUndo, bench.Press(Button.Undo));
    }

    [Fact]
    public void A_start_while_the_log_is_full_is_recorded_before_anything_else_once_there_is_room()
    {
        var bench = new Bench(new FieldNode.Simulator.Flash.NorFlash(3 * 4096)).Start();
        while (bench.Scan("FN:ARRIVED:1", "FN:CATEGORY:CHILD") == Refusal.None)
        {
        }

        bench.Restart();
        var last = bench.Node.Log.LastSequence;
        bench.Node.Log.Acknowledge(last);
        bench.Scan("FN:ARRIVED:1");

        var records = bench.Records();
        Assert.Equal([RecordType.Booted, RecordType.Arrived], records.Where(record => record.Sequence > last)
            .Select(record => Frame.Type(record.Frame, 0)));
    }

    [Fact]
    public void The_queue_is_arrivals_less_sampled()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:ARRIVED:5");
        bench.Press(Button.Arrived);
        bench.Scan("ZZ00000001", s_people[0], s_people[1]);

        Assert.Equal(4u, bench.State.Queue);
    }

    [Fact]
    public void More_people_than_arrivals_is_a_queue_of_zero()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0]);

        Assert.Equal(0u, bench.State.Queue);
    }

    [Fact]
    public void A_group_size_card_counts_from_the_next_tube_on()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:SIZE:1", "ZZ00000001", s_people[0]);

        Assert.True(bench.State.GroupFull);
        bench.Scan("ZZ00000002");
        Assert.Equal(Refusal.TubeOpen, bench.Scan("FN:SIZE:10"));
    }

    [Fact]
    public void Training_is_counted_apart()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:TRAINING:ON", "ZZ00000001", s_people[0], s_people[1], "FN:UNDO", "FN:CLOSE:EMPTY", "FN:TRAINING:OFF",
            "ZZ00000002", s_people[2]);

        Assert.Equal((1u, 1u), (bench.State.Sampled, bench.State.SampledInTraining));
    }

    [Theory]
    [InlineData("hello", Refusal.UnknownCode)]
    [InlineData("FN:NONSENSE", Refusal.UnknownCard)]
    [InlineData("110105194912310021", Refusal.CheckDigit)]
    [InlineData("\u00D5\u00FD\u00B7\u00C9", Refusal.UnknownCode)]
    public void A_refused_scan_is_a_record_with_its_reason(string code, byte reason)
    {
        var bench = new Bench().Start();

        Assert.Equal(reason, bench.Scan(code));

        var (_, frame) = bench.Records()[^1];
        var refused = new Refused();
        Assert.Equal(RecordType.Refused, Frame.Type(frame, 0));
        Assert.True(refused.TryRead(frame, Frame.HeadBytes, Frame.ContentCount(frame, 0)));
        Assert.Equal(reason, refused.Reason);
    }

    [Fact]
    public void A_code_of_5000_bytes_is_refused_and_kept_up_to_its_first_bytes()
    {
        var bench = new Bench().Start();

        Assert.Equal(Refusal.TooLong, bench.Scan(new string('7', 5000)));
        Assert.Equal(1u, bench.State.Refusals);
    }

    [Fact]
    public void The_state_after_a_restart_is_the_state_before_at_random_points_of_random_scans()
    {
        var seed = Seed.Take(nameof(The_state_after_a_restart_is_the_state_before_at_random_points_of_random_scans));
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var bench = new Bench().Start();
            var scans = random.Next(1, 120);
            for (var i = 0; i < scans; i++)
            {
                bench.Scan(RandomCode(random));
            }

            Assert.Equal(Bench.Snapshot(bench.Fold()), Bench.Snapshot(bench.State));
            bench.Restart();
            Assert.Equal(Bench.Snapshot(bench.Fold()), Bench.Snapshot(bench.State));
        }
    }

    private static string RandomCode(Random random)
    {
        return random.Next(10) switch
        {
            0 => $"ZZ{random.Next(20):D8}",
            1 => "FN:UNDO",
            2 => "FN:CLOSE:EMPTY",
            3 => new[] { "FN:SIZE:5", "FN:SIZE:20", "FN:TRAINING:ON", "FN:TRAINING:OFF", "FN:ROUND:2", "FN:CATEGORY:ELDER", "FN:BADGE:wang",
                "FN:ARRIVED:9", "rubbish" }[random.Next(9)],
            _ => s_people[random.Next(s_people.Length)],
        };
    }
}
