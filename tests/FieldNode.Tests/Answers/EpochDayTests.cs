using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

/// <summary>The host interprets a lane's records as the node does.</summary>
public sealed class EpochDayTests
{
    private const int Rounds = 120;
    private const int Steps = 300;

    private static readonly string[] s_people = [.. People.Generate(25, new Random(3))];

    [Fact]
    public void A_place_whose_closing_was_undone_is_open()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", "FN:HOME:1", s_people[0], "FN:DONE", "FN:UNDO");
        Assert.True(bench.State.Place.IsOpen);
        Assert.False(Day(bench).Places.Single().IsClosed);
    }

    [Fact]
    public void A_training_that_was_undone_has_no_row()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:TRAINING:ON", "FN:UNDO", "rubbish", "rubbish2", "rubbish3");
        Assert.Empty(Day(bench).Training);
    }

    [Fact]
    public void A_training_whose_end_was_undone_goes_on()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:TRAINING:ON", "FN:BADGE:a", "ZZ00000001", s_people[0], "FN:CLOSE:EMPTY", "FN:TRAINING:OFF", "FN:UNDO", "ZZ00000002",
            s_people[1], s_people[2], "FN:CLOSE:EMPTY", "FN:TRAINING:OFF");
        Assert.Equal(3, Day(bench).Training.Sum(row => row.People));
    }

    [Fact]
    public void No_row_of_a_training_falls_below_zero()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:TRAINING:ON", "ZZ00000001", s_people[0], "FN:BADGE:a", "FN:UNDO", "FN:UNDO", "FN:CLOSE:EMPTY", "FN:TRAINING:OFF");
        Assert.All(Day(bench).Training, row => Assert.InRange(row.People, 0, 10));
    }

    [Fact]
    public void Arrivals_in_training_are_no_arrivals()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:ARRIVED:5", "FN:TRAINING:ON", "FN:ARRIVED:10", "FN:TRAINING:OFF");
        Assert.Equal((int)bench.State.Arrivals, Day(bench).Arrivals);
    }

    [Fact]
    public void People_trained_after_an_undone_badge_are_the_volunteers_before()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:TRAINING:ON", "FN:BADGE:a", "ZZ00000001", "FN:BADGE:b", "FN:UNDO", s_people[0], s_people[1], "FN:CLOSE:EMPTY",
            "FN:TRAINING:OFF");
        Assert.Equal("a", Day(bench).Training.Single(row => row.People > 0).Badge);
    }

    [Fact]
    public void Undoing_the_second_of_two_badges_leaves_the_turn_to_the_first()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:TRAINING:ON", "FN:BADGE:a", "ZZ00000001", s_people[0], s_people[1], "FN:BADGE:b", "FN:BADGE:c", "FN:UNDO",
            s_people[2], "FN:CLOSE:EMPTY");
        Assert.Equal(1u, bench.State.Score.People);
        bench.Scan("FN:TRAINING:OFF");
        Assert.Equal([("a", 2), ("b", 1)], Day(bench).Training.Select(row => (row.Badge, row.People)));
    }

    [Fact]
    public void Undoing_a_household_that_ended_another_opens_that_one_at_the_host_too()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", "FN:HOME:1", s_people[0], "FN:HOME:2", "FN:UNDO", s_people[1], "FN:DONE");

        Assert.Equal([("1", 2, true)], Day(bench).Places.Select(place => (place.Code, place.People, place.IsClosed)));
    }

    [Fact]
    public void Node_and_host_agree_after_random_scans_with_restarts()
    {
        var random = new Random(Seed.Take(nameof(Node_and_host_agree_after_random_scans_with_restarts)));
        for (var round = 0; round < Rounds; round++)
        {
            var bench = new Bench(new NorFlash(256 * 4096)).Start();
            var scans = new RandomScans(random);
            for (var step = 0; step < Steps; step++)
            {
                bench.Scan(scans.Next());
                if (random.Next(30) == 0)
                {
                    bench.Restart().Settle();
                }
            }

            Compare(bench.State, Day(bench),
                [.. bench.Records().Where(record => Frame.Type(record.Frame, 0) == RecordType.Booted).Select(record => record.Sequence)]);
        }
    }

    private static void Compare(FieldNode.Lane.LaneState node, EpochDay host, List<uint> starts)
    {
        var valid = host.People.Where(row => row.State == PersonState.Valid).ToList();
        var waiting = host.Bags.Where(bag => bag.IsSealed && bag.Receiver.Length == 0).ToList();
        Assert.Equal(
            (node.Sampled, node.TurnedAway, node.Isolated, node.Arrivals, node.Target),
            ((uint)valid.Count, (uint)host.TurnedAway.Count, (uint)host.TurnedAway.Count(row => row.Reason == TurnedAway.Isolation),
                (uint)host.Arrivals, (ushort)host.Now.Target));
        Assert.True(node.Training || waiting.Count == node.Bag.SealedBags);
        Assert.All(valid.GroupBy(row => (row.Round, row.Tube)),
            tube => Assert.True(tube.GroupBy(row => row.Position).All(position => position.Count() == 1) || tube.Select(row => row.Sequence)
            .Distinct().Count() > 20, $"{tube.Key}"));
        Assert.All(host.Bags.GroupBy(bag => bag.Round),
            bags => Assert.All(bags.SelectMany(bag => bag.Tubes).GroupBy(tube => tube.Code), tube => Assert.Single(tube)));
        Assert.All(host.Places.Where(place => !place.IsClosed),
            place => Assert.True(node.Place.IsOpen && node.Place.Sequence == place.Sequence && node.Place.People == place.People));
        // After a start the node knows only the people of its newest sector: the seals of older sectors can no longer be opened.
        Assert.All(valid.Where(row => row.Papers != "none" && !row.Warned).GroupBy(row => (row.Round, row.Person)), person =>
            Assert.All(person.Zip(person.Skip(1)),
                pair => Assert.Contains(starts, start => start > pair.First.Sequence && start < pair.Second.Sequence)));
    }

    private static EpochDay Day(Bench bench) => MergedLog.DayOf(Bench.NodeId, bench.Node.Log.Epoch, bench.Records());
}
