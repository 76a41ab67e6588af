using FieldNode.Core.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>One test body over every kind of flash: the ring's promises do not depend on the part.</summary>
public sealed class RingOnEveryFlashTests
{
    private const int Sectors = 5;

    public static TheoryData<string> Kinds => [.. FlashPart.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_log_goes_round_and_comes_back_after_each_restart(string kind)
    {
        var part = FlashPart.New(kind, Sectors);
        var ring = Formatted(part);
        for (var i = 0; i < 30; i++)
        {
            ring.AppendAcknowledged(61);
            part.PowerOn();
            ring = new Ring(part.Flash);
            Assert.Equal(LogResult.Ok, ring.Log.Mount(Ring.NodeId));
            Assert.Equal((uint)(i + 1) * 61, ring.Log.LastSequence);
            ring.AssertWhole();
        }

        Assert.Empty(part.Mistakes);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_full_log_refuses_and_an_acknowledgement_makes_room(string kind)
    {
        var ring = Formatted(FlashPart.New(kind, Sectors));
        ring.Fill();
        Assert.True(ring.Log.NearlyFull);
        ring.AssertWhole();

        ring.Log.Acknowledge(ring.Log.LastSequence);

        Assert.Equal(LogResult.Ok, ring.AppendOne());
        Assert.Equal(1u, ring.Log.UnackedRecords);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_blank_part_says_so_and_a_format_forgets_the_log_before(string kind)
    {
        var part = FlashPart.New(kind, Sectors);
        Assert.Equal(LogResult.Blank, new Ring(part.Flash).Log.Mount(Ring.NodeId));
        Formatted(part).AppendAcknowledged(700);

        var ring = Formatted(part);

        Assert.Equal((0u, 0u), (ring.Log.LastSequence, ring.State.Arrivals));
        ring.Append(10);
        Assert.Equal(10u, ring.Remount().Log.LastSequence);
    }

    private static Ring Formatted(FlashPart part)
    {
        var ring = new Ring(part.Flash);
        Assert.Equal(LogResult.Ok, ring.Log.Format(Ring.NodeId, 7));
        return ring;
    }
}
