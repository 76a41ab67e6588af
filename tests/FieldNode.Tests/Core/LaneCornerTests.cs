using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>Edge cases where two features meet; each was a bug once.</summary>
public sealed class LaneCornerTests
{
    private static readonly string[] s_people = [.. People.Generate(60, new Random(3))];

    [Fact]
    public void A_round_undone_after_the_sector_changed_and_restarts_is_the_fold_of_the_records()
    {
        for (var pad = 100; pad < 330; pad++)
        {
            var bench = new Bench(new NorFlash(64 * 4096)).Start();
            for (var i = 0; i < pad; i++)
            {
                bench.Scan("x" + new string('y', i % 7));
            }

            bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:EMPTY", "FN:ROUND:2");
            bench.Restart().Restart().Restart().Scan("FN:UNDO");
            Assert.True(Bench.Snapshot(bench.State).AsSpan().SequenceEqual(Bench.Snapshot(bench.Fold())), $"pad {pad}");
        }
    }

    [Fact]
    public void A_tube_goes_into_one_bag_though_a_round_card_was_undone()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:EMPTY", "FN:ROUND:2", "FN:UNDO", "BAG000001");
        Assert.Equal(Refusal.None, bench.Scan("ZZ00000001"));
        Assert.Equal(Refusal.TubePacked, bench.Scan("ZZ00000001"));
    }

    [Fact]
    public void A_tube_packed_in_an_earlier_round_is_free_in_the_next_after_a_restart_too()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:EMPTY", "BAG000001", "ZZ00000001", "FN:SEAL", "FN:SEAL", "FN:ROUND:2");
        bench.Restart().Settle();
        Assert.Equal(Refusal.None, bench.Scan("ZZ00000001"));
    }

    [Fact]
    public void Undoing_a_second_sampling_does_not_forget_the_first()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:EMPTY", "ZZ00000002", s_people[0], s_people[0]);
        Assert.Equal(2u, bench.State.Sampled);
        bench.Scan("FN:UNDO");
        bench.Scan(s_people[0]);
        Assert.Equal(Asked.PersonAgain, bench.State.AskedWhat);
    }

    [Fact]
    public void A_tube_undone_to_its_opening_is_a_new_tube()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:SIZE:2", "ZZ00000001", s_people[0], "BAG000001", s_people[1], "ZZ00000001");
        Assert.Equal(1u, bench.State.Bag.Tubes);
        bench.Scan("FN:UNDO", "FN:UNDO", "FN:UNDO", "FN:UNDO", "FN:UNDO"); // pack, close, person, person, opening
        Assert.Equal((LaneState.TubeNone, 0u), (bench.State.TubeStatus, bench.State.Sampled));
        bench.Scan("ZZ00000001");
        Assert.Equal(0u, bench.State.Bag.People);
    }

    [Fact]
    public void A_bag_scanned_by_mistake_and_undone_does_not_make_the_lane_count_tube_ages()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:EMPTY", "BAG000001", "FN:UNDO");
        bench.Wait(250 * 60_000);
        Assert.Equal(0, bench.Node.Screen.TubeAgeMinutes);
    }

    [Fact]
    public void A_tube_that_is_not_damaged_after_all_keeps_its_age()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:DAMAGED", "FN:UNDO");
        bench.Wait(200 * 60_000);
        Assert.Equal(200, bench.Node.Screen.TubeAgeMinutes);
    }

    [Fact]
    public void People_of_a_damaged_tube_are_not_done_until_the_closing_is_undone()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:EMPTY", "ZZ00000002", s_people[1], s_people[2], "FN:CLOSE:DAMAGED");
        Assert.Equal(1u, bench.State.Sampled);
        bench.Restart();
        Assert.Equal(1u, bench.State.Sampled);

        bench.Scan("FN:UNDO");
        Assert.Equal((3u, LaneState.TubeOpen), (bench.State.Sampled, bench.State.TubeStatus));
        bench.Scan("FN:CLOSE:EMPTY");
        Assert.Equal(3u, bench.State.Sampled);
    }

    [Fact]
    public void Each_training_begins_without_memory_of_the_one_before()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:TRAINING:ON", "ZZ00000001");
        Assert.Equal(Refusal.None, bench.Scan(s_people[0]));
        bench.Scan("FN:CLOSE:EMPTY", "FN:TRAINING:OFF", "FN:TRAINING:ON");
        Assert.Equal(Refusal.None, bench.Scan("ZZ00000001"));
        bench.Scan(s_people[0]);
        Assert.Equal(1, bench.State.People);
    }

    [Fact]
    public void Undoing_a_practice_person_under_a_wrong_category_leaves_the_right_ones()
    {
        var bench = new Bench().Start();
        var practice = FieldNode.Host.Cards.ControlCards.PracticePeople();
        bench.Scan("FN:TRAINING:ON", "ZZ00000001", s_people[0], practice[2 * Category.Elder].Code, "FN:UNDO");
        Assert.Equal(1u, bench.State.Score.People);
    }

    [Fact]
    public void The_target_is_of_the_shift()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], s_people[1], s_people[2], "FN:SHIFT:2", "FN:TARGET:3", "FN:PACE");
        Assert.Equal(0, bench.Node.Screen.ShiftDone);
    }

    [Fact]
    public void A_person_with_fever_and_without_papers_is_set_aside()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", "FN:TEMPERATURE", "FN:NOPAPERS:CHILD");
        Assert.Equal((0u, 1u), (bench.State.Sampled, bench.State.TurnedAway));
    }

    [Fact]
    public void Undoing_a_household_that_ended_another_goes_back_to_that_one()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", "FN:HOME:1", s_people[0], "FN:HOME:2", "FN:UNDO");
        Assert.Equal((true, 1, 1u), (bench.State.Place.IsOpen, bench.State.Place.CodeCount, bench.State.Place.People));
        Assert.Equal((byte)'1', bench.State.Place.Code[0]);
    }

    [Fact]
    public void A_category_for_one_person_comes_back_however_many_are_undone()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", "FN:NEXT:ELDER", s_people[0], s_people[1], "FN:UNDO", "FN:UNDO");
        Assert.Equal(Category.Elder, bench.State.CategoryNow);
    }

    [Fact]
    public void A_node_that_has_seen_more_people_than_it_can_remember_still_warns_of_the_last()
    {
        var bench = new Bench(new NorFlash(1024 * 4096)).Start();
        var people = People.Generate(3700, new Random(8)).Distinct().ToArray();
        for (var i = 0; i < people.Length; i++)
        {
            bench.Scan(i % 20 == 0 ? ["FN:SIZE:20", $"AB{i:D8}", people[i]] : [people[i]]);
        }
        bench.Scan("AB99999999", people[^1]);
        bench.Settle(); // it searches its log again
        bench.Scan("FN:CLOSE:EMPTY", "AB88888888", people[^1]);
        Assert.Equal(Asked.PersonAgain, bench.State.AskedWhat);
    }

    [Fact]
    public void A_card_in_lower_case_is_a_card()
    {
        var bench = new Bench().Start();
        Assert.Equal(Refusal.None, bench.Scan("fn:arrived:5"));
    }

    [Fact]
    public void Ticks_that_wrapped_at_a_sectors_boundary_are_noticed_after_a_restart()
    {
        // For one of these lengths, the first record after the wrap is the first of a sector.
        for (var pad = 100; pad < 330; pad++)
        {
            var bench = new Bench(new NorFlash(64 * 4096)).Start();
            bench.Wait(0xFFFFFF00 - bench.Now - 4000u * 400);
            for (var i = 0; i < pad; i++)
            {
                bench.Scan("z" + i);
            }

            bench.Wait(0xFFFFFF00 - bench.Now);
            bench.Scan("FN:ARRIVED:1", "FN:ARRIVED:1");
            bench.Restart();
            Assert.True(Bench.Snapshot(bench.State).AsSpan().SequenceEqual(Bench.Snapshot(bench.Fold())),
                $"pad {pad}: {bench.State.Clock.Seconds} {bench.Fold().Clock.Seconds}");
        }
    }

    [Fact]
    public void A_badge_undone_in_training_leaves_the_score()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:TRAINING:ON", "FN:BADGE:a", "ZZ00000001", s_people[0], s_people[1], "FN:BADGE:b", "FN:UNDO");
        Assert.Equal(2u, bench.State.Score.People);
    }

    [Fact]
    public void Real_bags_and_those_of_a_training_are_never_handed_over_together()
    {
        var bench = new Bench().Start();
        Assert.Equal(Refusal.HandOverFirst, bench.Scan("FN:BADGE:wang", "BAG000001", "XX00000001", "FN:SEAL", "FN:SEAL", "FN:TRAINING:ON"));
        bench.Scan("FN:HANDOVER", "FN:BADGE:li", "FN:TRAINING:ON", "BAG000009", "XX00000009", "FN:SEAL", "FN:SEAL");
        Assert.Equal(Refusal.HandOverFirst, bench.Scan("FN:TRAINING:OFF"));
    }

    [Fact]
    public void An_empty_bag_scanned_again_is_taken_back()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:SIZE:2", "ZZ00000001", s_people[0], "BAG000001", s_people[1]);
        Assert.Equal(Refusal.BagEmpty, bench.Scan("FN:SEAL"));
        Assert.Equal(Refusal.None, bench.Scan("BAG000001"));
        Assert.Equal((false, 2u), (bench.State.Bag.IsOpen, bench.State.Sampled));
        Assert.Equal(Refusal.None, bench.Scan("BAG000001")); // the bag can be opened later
        Assert.Equal(Bench.Snapshot(bench.Fold()), Bench.Snapshot(bench.State));
    }

    [Fact]
    public void Tubes_of_other_lanes_are_not_counted_as_tubes_of_nobody()
    {
        var bench = new Bench().Start();
        bench.Scan("BAG000001", "XX00000001", "FN:SEAL");
        Assert.Equal((1u, 0u), (bench.Node.Screen.BagUnknown, bench.Node.Screen.BagPeople));
    }

    [Fact]
    public void A_damaged_tube_goes_into_no_bag()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:DAMAGED", "BAG000001");
        Assert.Equal(Refusal.TubeDamaged, bench.Scan("ZZ00000001"));
    }

    [Fact]
    public void People_who_were_not_counted_take_nobodys_place_in_the_queue()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], s_people[1], s_people[2], "FN:ARRIVED:3");
        Assert.Equal(3u, bench.State.Queue);
        bench.Scan(s_people[3], "FN:UNDO");
        Assert.Equal(3u, bench.State.Queue);
    }

    [Fact]
    public void Somebody_in_the_tube_cannot_be_turned_away_as_well()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:ARRIVED:5", "ZZ00000001", s_people[0], "FN:TEMPERATURE");
        Assert.Equal(Refusal.AlreadyInTube, bench.Scan(s_people[0]));
        Assert.Equal(4u, bench.State.Queue);
    }

    [Fact]
    public void In_training_too_who_is_turned_away_leaves_the_queue()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:TRAINING:ON", "FN:ARRIVED:5", "FN:TEMPERATURE", "FN:TEMPERATURE");
        Assert.Equal((4u, 0u), (bench.State.Queue, bench.State.TurnedAway));
    }
}
