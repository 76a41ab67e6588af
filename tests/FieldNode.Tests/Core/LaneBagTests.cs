using FieldNode.Core.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>From tube to lab: nothing leaves unsealed or uncounted, and no tube leaves twice.</summary>
public sealed class LaneBagTests
{
    private static readonly string[] s_people = [.. People.Generate(60, new Random(3))];

    [Fact]
    public void Tubes_are_packed_counted_sealed_and_handed_over_with_both_badges()
    {
        var bench = TwoTubes();
        bench.Scan("BAG000001", "ZZ00000001", "ZZ00000002");
        Assert.Equal((2u, 5u), (bench.State.Bag.Tubes, bench.State.Bag.People));

        Assert.Equal(Refusal.NotSealed, bench.Scan("FN:HANDOVER"));
        bench.Scan("FN:SEAL");
        Assert.Equal((Asked.SealAgain, 5u), (bench.State.AskedWhat, bench.State.AskedValue));
        bench.Scan("FN:SEAL");
        Assert.Equal((2, 5), (bench.Last<BagSealed>().Tubes, bench.Last<BagSealed>().People));

        bench.Scan("FN:HANDOVER");
        Assert.Equal(Refusal.SameBadge, bench.Scan("FN:BADGE:wang"));
        Assert.Equal(Refusal.None, bench.Scan("FN:BADGE:driver"));
        var handover = bench.Last<HandedOver>();
        Assert.Equal((1, 2, "wang", "driver"),
            (handover.Bags, handover.Tubes, Ascii(handover.Giver, handover.GiverCount), Ascii(handover.Receiver, handover.ReceiverCount)));
        Assert.Equal("wang", Ascii(bench.State.Operator, bench.State.OperatorCount)); // the driver does not become the lane's operator
        Assert.Equal(Refusal.NoBag, bench.Scan("FN:HANDOVER"));
    }

    [Fact]
    public void A_tube_is_opened_once_in_a_round_and_packed_once()
    {
        var bench = TwoTubes();

        Assert.Equal(Refusal.TubeUsed, bench.Scan("ZZ00000001"));
        bench.Scan("BAG000001", "ZZ00000001");
        Assert.Equal(Refusal.TubePacked, bench.Scan("ZZ00000001"));
        bench.Scan("FN:SEAL", "FN:SEAL", "BAG000002");
        Assert.Equal(Refusal.TubePacked, bench.Scan("ZZ00000001"));
        Assert.Equal(Refusal.None, bench.Scan("ZZ00000002"));
        bench.Scan("FN:SEAL", "FN:SEAL");
        Assert.Equal(Refusal.TubeUsed, bench.Scan("ZZ00000002"));
        Assert.Equal(Refusal.None, bench.Scan("FN:ROUND:2", "ZZ00000001")); // the next round's tubes may carry the same codes
    }

    [Fact]
    public void A_packed_tube_can_be_taken_out_again_and_a_seal_broken_by_undo()
    {
        var bench = TwoTubes();
        bench.Scan("BAG000001", "ZZ00000001", "FN:UNDO");
        Assert.Equal((0u, 0u), (bench.State.Bag.Tubes, bench.State.Bag.People));
        Assert.Equal(Refusal.None, bench.Scan("ZZ00000001"));
        bench.Scan("FN:SEAL", "FN:SEAL", "FN:UNDO");

        Assert.Equal((true, 0), (bench.State.Bag.IsOpen, bench.State.Bag.SealedBags));
        Assert.Equal(Refusal.None, bench.Scan("ZZ00000002"));
        bench.Scan("FN:SEAL", "FN:SEAL", "FN:HANDOVER", "FN:BADGE:driver", "FN:UNDO");
        Assert.Equal((1, 2u), (bench.State.Bag.SealedBags, bench.State.Bag.SealedTubes));
    }

    [Fact]
    public void A_tube_of_another_lane_is_packed_only_when_scanned_twice_and_by_a_lane_without_tubes_at_once()
    {
        var bench = TwoTubes();
        bench.Scan("BAG000001", "XX00000009");
        Assert.Equal((Asked.TubeAgain, 0u), (bench.State.AskedWhat, bench.State.Bag.Tubes));
        bench.Scan("XX00000009");
        Assert.Equal((1u, TubePacked.PeopleUnknown), (bench.State.Bag.Tubes, bench.Last<TubePacked>().People));

        var packer = new Bench().Start();
        packer.Scan("BAG000002", "XX00000001", "XX00000002");
        Assert.Equal(2u, packer.State.Bag.Tubes);
        Assert.Equal(Refusal.TubePacked, packer.Scan("XX00000001"));
        packer.Scan("FN:SEAL", "FN:SEAL");
        Assert.Equal(Refusal.TubeUsed, packer.Scan("XX00000001"));
    }

    [Fact]
    public void The_open_tube_is_not_packed_before_it_is_closed_and_a_full_one_is_closed_by_packing()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:SIZE:2", "ZZ00000001", s_people[0], "BAG000001");
        Assert.Equal(Refusal.TubeOpen, bench.Scan("ZZ00000001"));
        Assert.Equal(Refusal.None, bench.Scan(s_people[1], "ZZ00000001"));
        Assert.Equal((1u, 2u, 1u), (bench.State.Bag.Tubes, bench.State.Bag.People, bench.State.Tubes));
    }

    [Theory]
    [InlineData(Refusal.NoBag, "FN:SEAL")]
    [InlineData(Refusal.NoBag, "FN:HANDOVER")]
    [InlineData(Refusal.BagEmpty, "BAG000001", "FN:SEAL")]
    [InlineData(Refusal.BagOpen, "BAG000001", "BAG000002")]
    [InlineData(Refusal.BagUsed, "BAG000001", "XX00000001", "FN:SEAL", "FN:SEAL", "BAG000001")]
    [InlineData(Refusal.NoBadge, "BAG000001", "XX00000001", "FN:SEAL", "FN:SEAL", "FN:HANDOVER")]
    public void What_would_go_wrong_is_refused(byte reason, params string[] codes)
    {
        var bench = new Bench().Start();

        Assert.Equal(reason, bench.Scan(codes));
        Assert.Equal(reason, bench.Last<Refused>().Reason);
    }

    [Fact]
    public void Too_many_sealed_bags_must_be_handed_over_first()
    {
        var bench = new Bench().Start();
        for (var i = 0; i < LaneLimitsSealedBags; i++)
        {
            Assert.Equal(Refusal.None, bench.Scan($"BAG{i:D6}", $"XX{i:D8}", "FN:SEAL", "FN:SEAL"));
        }

        Assert.Equal(Refusal.HandOverFirst, bench.Scan("BAG999999"));
    }

    [Fact]
    public void What_the_node_remembers_is_the_same_after_a_restart()
    {
        var bench = TwoTubes();
        bench.Scan("BAG000001", "ZZ00000001", "FN:SEAL", "FN:SEAL");
        bench.Restart().Settle();

        Assert.True(bench.Node.Memory.IsCurrent);
        Assert.Equal(Refusal.TubeUsed, bench.Scan("ZZ00000002"));
        Assert.Equal(Refusal.BagUsed, bench.Scan("BAG000001"));
        bench.Scan("ZZ00000003", s_people[0]);
        Assert.Equal(Asked.PersonAgain, bench.State.AskedWhat);
        bench.Scan("FN:CLOSE:EMPTY", "BAG000002");
        Assert.Equal(Refusal.TubePacked, bench.Scan("ZZ00000001"));
    }

    [Fact]
    public void A_tubes_age_counts_until_it_is_handed_over_and_goes_on_across_a_restart()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:BADGE:wang", "BAG000001", "XX00000001", "FN:SEAL", "FN:SEAL", "FN:HANDOVER", "FN:BADGE:driver",
            "ZZ00000001", s_people[0]);
        bench.Wait(100 * 60_000);
        Assert.Equal(100, bench.Node.Screen.TubeAgeMinutes);
        bench.Scan("FN:CLOSE:EMPTY");
        bench.Restart().Settle();
        bench.Wait(79 * 60_000);
        var attentions = bench.Attentions;
        Assert.InRange(bench.Node.Screen.TubeAgeMinutes, 178, 179);
        bench.Wait(3 * 60_000);
        Assert.Equal(attentions + 1, bench.Attentions);
        bench.Wait(60 * 60_000);
        Assert.Equal(attentions + 2, bench.Attentions);
        Assert.InRange(bench.Node.Screen.TubeAgeMinutes, TubeAge.MaxMinutes, TubeAge.MaxMinutes + 3);

        bench.Scan("BAG000002", "ZZ00000001", "FN:SEAL", "FN:SEAL", "FN:HANDOVER", "FN:BADGE:driver");
        Assert.Equal(0, bench.Node.Screen.TubeAgeMinutes);
    }

    private const int LaneLimitsSealedBags = FieldNode.Lane.LaneLimits.SealedBagsMax;

    private static Bench TwoTubes()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:BADGE:wang", "ZZ00000001", s_people[0], s_people[1], s_people[2], "FN:CLOSE:EMPTY", "ZZ00000002", s_people[3],
            s_people[4], "FN:CLOSE:EMPTY");
        return bench;
    }

    private static string Ascii(byte[] text, int count) => System.Text.Encoding.ASCII.GetString(text, 0, count);
}
