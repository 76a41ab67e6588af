using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>Modes, categories, places, people without papers or turned away: each writes a record, and one card undoes it.</summary>
public sealed class LaneModeTests
{
    private static readonly string[] s_people = [.. People.Generate(30, new Random(2))];

    [Fact]
    public void A_locked_category_changes_only_when_its_card_is_scanned_twice()
    {
        var bench = new Bench().Start();

        Assert.Equal(Refusal.None, bench.Scan("FN:CATEGORY:ELDER"));
        Assert.Equal((Category.General, Asked.CategoryAgain), (bench.State.Category, bench.State.AskedWhat));
        bench.Scan("FN:CATEGORY:CHILD"); // another card: asks again
        Assert.Equal((Category.General, (uint)Category.Child), (bench.State.Category, bench.State.AskedValue));
        bench.Scan("FN:CATEGORY:CHILD");
        Assert.Equal((Category.Child, Asked.Nothing), (bench.State.Category, bench.State.AskedWhat));
    }

    [Fact]
    public void A_category_for_the_next_person_is_gone_after_one_and_back_when_that_one_is_undone()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", "FN:NEXT:PREGNANT");

        Assert.Equal(Category.Pregnant, bench.State.CategoryNow);
        bench.Scan(s_people[0]);
        Assert.Equal(Category.Pregnant, bench.Last<PersonSampled>().Category);
        Assert.Equal(Category.General, bench.State.CategoryNow);
        bench.Scan("FN:UNDO");
        Assert.Equal(Category.Pregnant, bench.State.CategoryNow);
    }

    [Fact]
    public void A_green_lane_takes_nobody_without_a_category()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:LANE:GREEN", "ZZ00000001");

        Assert.Equal(Refusal.NeedsCategory, bench.Scan(s_people[0]));
        Assert.Equal(Refusal.None, bench.Scan("FN:NEXT:DISABLED", s_people[0]));
        var person = bench.Last<PersonSampled>();
        Assert.Equal((Category.Disabled, true), (person.Category, person.Green));
    }

    [Fact]
    public void A_category_that_the_lane_does_not_offer_is_refused()
    {
        var bench = new Bench();
        bench.Settings.Categories = "general,elder";
        bench.Renew().Start();

        Assert.Equal(Refusal.CategoryOff, bench.Scan("FN:NEXT:CHILD"));
        Assert.Equal(Refusal.None, bench.Scan("FN:NEXT:ELDER"));
    }

    [Theory]
    [InlineData("FN:LANE:GREEN")]
    [InlineData("FN:NEXT:CHILD")]
    [InlineData("FN:SIZE:5")]
    [InlineData("FN:SHIFT:2")]
    [InlineData("FN:TARGET:2000")]
    [InlineData("FN:BADGE:li.si")]
    [InlineData("FN:HOME:3-2-1201")]
    [InlineData("FN:STOP:12")]
    [InlineData("FN:TEMPERATURE")]
    [InlineData("FN:CATEGORY:ELDER")]
    [InlineData("BAG000001")]
    public void One_undo_takes_a_card_back_and_the_next_one_the_person_before(string card)
    {
        var bench = new Bench().Start();
        bench.Scan("FN:BADGE:wang", "ZZ00000001", s_people[0], s_people[1]);
        if (card.StartsWith("FN:SIZE", StringComparison.Ordinal))
        {
            bench.Scan("FN:CLOSE:SHIFT");
        }

        var before = bench.Facts();
        Assert.Equal(Refusal.None, bench.Scan(card));
        Assert.NotEqual(before, bench.Facts());
        Assert.Equal(Refusal.None, bench.Scan("FN:UNDO"));
        Assert.Equal(before, bench.Facts());
        Assert.Equal(Refusal.None, bench.Scan("FN:UNDO"));
        Assert.True(bench.State.Sampled < 2 || bench.State.TubeStatus == LaneState.TubeOpen); // undid the person, or the closing
    }

    [Theory]
    [InlineData("FN:ROUND:3")]
    [InlineData("FN:TRAINING:ON")]
    public void A_round_or_training_card_is_undone_alone_the_tube_before_stays_closed(string card)
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:CLOSE:SHIFT", card, "FN:UNDO");

        Assert.Equal((1, false, 1u, LaneState.TubeNone),
            (bench.State.Round, bench.State.Training, bench.State.Sampled, bench.State.TubeStatus));
        Assert.Equal(Refusal.NothingToUndo, bench.Scan("FN:UNDO"));
        Assert.Equal(Refusal.TubeUsed, bench.Scan("ZZ00000001"));
    }

    [Fact]
    public void An_undo_after_two_cards_does_not_surprise_with_a_person()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0], "FN:NEXT:ELDER", "FN:BADGE:wang");

        Assert.Equal(Refusal.None, bench.Scan("FN:UNDO"));
        Assert.Equal(0, bench.State.OperatorCount);
        Assert.Equal(Refusal.NothingToUndo, bench.Scan("FN:UNDO"));
        Assert.Equal(1u, bench.State.Sampled);
    }

    [Fact]
    public void People_of_an_open_household_carry_it_and_are_counted()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:SIZE:10", "ZZ00000001", "FN:HOME:3-2-1201", s_people[0], s_people[1]);
        var home = bench.Last<PersonSampled>().Place;

        Assert.Equal(2u, bench.State.Place.People);
        bench.Scan("FN:UNDO");
        Assert.Equal(1u, bench.State.Place.People);
        bench.Scan(s_people[1], "FN:HOME:3-2-1202", s_people[2]); // the next home's card ends this one

        Assert.NotEqual(home, bench.Last<PersonSampled>().Place);
        Assert.Equal((home, 2), (bench.Last<PlaceClosed>().Place, bench.Last<PlaceClosed>().People));
        Assert.Equal(Refusal.PlaceOpen, bench.Scan("FN:HOME:3-2-1202"));
        Assert.Equal(Refusal.None, bench.Scan("FN:DONE", s_people[3]));
        Assert.Equal(0u, bench.Last<PersonSampled>().Place);
        Assert.Equal(Refusal.NoPlace, bench.Scan("FN:DONE"));
    }

    [Fact]
    public void A_person_without_papers_takes_a_position_with_the_reason_and_is_nobody_twice()
    {
        var bench = new Bench().Start();
        Assert.Equal(Refusal.NoTube, bench.Scan("FN:NOPAPERS:CHILD"));
        bench.Scan("ZZ00000001", "FN:NOPAPERS:CHILD");

        Assert.Equal(Refusal.None, bench.Scan("FN:NOPAPERS:CHILD")); // a second child, not a repeat
        var person = bench.Last<PersonSampled>();
        Assert.Equal((2, PersonSampled.KindNoPapers, "CHILD"),
            (person.Position, person.Kind, System.Text.Encoding.ASCII.GetString(person.Code, 0, person.CodeCount)));
        Assert.Equal(2, bench.State.People);
    }

    [Fact]
    public void A_person_with_fever_is_set_aside_and_leaves_the_queue()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:ARRIVED:5", "FN:TEMPERATURE");

        Assert.Equal(Refusal.CheckDigit, bench.Scan("110105194912310021")); // a misread must not let the person slip through
        Assert.Equal(Asked.PersonTurnedAway, bench.State.AskedWhat);
        Assert.Equal(Refusal.None, bench.Scan("11010519491231002x"));
        var turned = bench.Last<TurnedAway>();
        Assert.Equal((TurnedAway.Temperature, "11010519491231002X"),
            (turned.Reason, System.Text.Encoding.ASCII.GetString(turned.Code, 0, turned.CodeCount)));
        Assert.Equal((4u, 0u, Asked.Nothing), (bench.State.Queue, bench.State.Sampled, bench.State.AskedWhat));
    }

    [Fact]
    public void Somebody_without_a_code_is_isolated_by_the_same_card_twice()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:ISOLATE", "FN:ISOLATE");

        Assert.Equal((1u, 1u, 0), (bench.State.TurnedAway, bench.State.Isolated, bench.Last<TurnedAway>().CodeCount));
        bench.Scan("FN:UNDO");
        Assert.Equal((0u, 0u), (bench.State.TurnedAway, bench.State.Isolated));
    }

    [Fact]
    public void The_next_ten_are_called_while_somebody_waits()
    {
        var bench = new Bench().Start();

        Assert.Equal(Refusal.NobodyWaiting, bench.Scan("FN:CALL"));
        bench.Scan("FN:ARRIVED:23", "FN:CALL");
        Assert.Equal(10, bench.Last<Called>().People);
    }

    [Fact]
    public void Training_never_touches_real_totals_and_is_scored_per_badge()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:ARRIVED:3", "FN:TRAINING:ON", "FN:BADGE:wang", "FN:ARRIVED:9", "ZZ00000001", s_people[0], s_people[1], "rubbish",
            "FN:CLOSE:EMPTY");
        Assert.Equal((2u, 1u, 66u), (bench.State.Score.People, bench.State.Score.Errors, bench.State.Score.Percent));

        bench.Scan("FN:BADGE:li", "ZZ00000002", PracticePerson(Category.Elder), "FN:NEXT:ELDER", s_people[5]);
        Assert.Equal((1u, 1u), (bench.State.Score.People, bench.State.Score.Errors)); // the elder was scanned as general
        bench.Scan("FN:CLOSE:EMPTY", "FN:TRAINING:OFF");

        Assert.Equal((0u, 0u, 3u, 3u), (bench.State.Sampled, bench.State.Tubes, bench.State.Arrivals, bench.State.Queue));
        Assert.Equal((FieldNode.Core.Screens.ScreenKind.Score, 1u, 50u),
            (bench.Node.Screen.Kind, bench.Node.Screen.ScorePeople, bench.Node.Screen.ScorePercent));
        Assert.Equal(Refusal.None, bench.Scan("ZZ00000003", s_people[0])); // sampled in training only: no question
        Assert.Equal(1u, bench.State.Sampled);
    }

    [Fact]
    public void Round_and_training_do_not_change_under_an_open_tube_bag_or_household()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", s_people[0]);
        Assert.Equal(Refusal.TubeOpen, bench.Scan("FN:ROUND:2"));
        bench.Scan("FN:CLOSE:EMPTY", "BAG000001");
        Assert.Equal(Refusal.BagOpen, bench.Scan("FN:TRAINING:ON"));
        bench.Scan("ZZ00000001", "FN:SEAL", "FN:SEAL", "FN:HOME:1");
        Assert.Equal(Refusal.PlaceOpen, bench.Scan("FN:ROUND:2"));
        bench.Scan("FN:DONE");
        Assert.Equal(Refusal.None, bench.Scan("FN:ROUND:2"));
    }

    private static string PracticePerson(byte category)
    {
        return FieldNode.Host.Cards.ControlCards.PracticePeople()[2 * category].Code;
    }
}
