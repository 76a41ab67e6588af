using System.Text;
using FieldNode.Lane;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

// The content of the ring's sectors.
public sealed partial class FixtureTests
{
    [Fact]
    public void A_sector_head_is_written_as_frozen()
    {
        var head = new SectorHead
        {
            Number = 65,
            NodeId = 0x0123456789ABCDEF,
            Epoch = Epoch,
            FirstSequence = 4711,
            AcknowledgedUpTo = 4500,
            UnackedNumber = 62,
            UnackedOffset = 3000
        };
        head.Retired.Add(7);
        head.Retired.Add(300);
        var buffer = new byte[SectorHead.BytesMax];
        head.Seals.Set(SealStart.OfClaim(2), 1, 4600, 0x55667788);
        var seals = new SealChain(HmacTags.Instance);
        seals.Resume(s_key, 0, 4711, isBound: true);
        head.Begin(buffer, seals);
        new byte[] { 1, 2, 3 }.CopyTo(buffer, head.StateOffset);
        head.Finish(buffer, head.StateOffset + 3);

        AssertFrozen("sector-head", buffer[..head.Bytes]);
        var again = new SectorHead();
        Assert.True(again.TryReadOpen(buffer, 0));
        Assert.Equal((65u, 0x0123456789ABCDEFul, Epoch, 4711u, 4500u),
            (again.Number, again.NodeId, again.Epoch, again.FirstSequence, again.AcknowledgedUpTo));
        Assert.True(SectorHead.HasSealKey(buffer, 0));
        Assert.Equal(((byte)5, (byte)1, 4600u, 0x55667788u), (again.Seals.Key, again.Seals.Chain, again.Seals.Since, again.Seals.Check));
        Assert.Equal((62u, 3000, 2, true, head.StateOffset, 3),
            (again.UnackedNumber, again.UnackedOffset, again.Retired.Count, again.Retired.Contains(300), again.StateOffset,
            again.StateCount));
        buffer.AsSpan(SectorHead.SealKeyOffset, SectorHead.SealKeyBytes).Clear();
        Assert.True(again.TryReadOpen(buffer, 0)); // the key is destroyed later; the head stays readable
        Assert.False(SectorHead.HasSealKey(buffer, 0));
    }

    [Fact]
    public void A_sector_head_of_the_first_version_is_still_read()
    {
        var first = new byte[SectorHead.BytesMax];
        Convert.FromHexString(s_fixtures["sector-head-1"]).CopyTo(first, 0);
        var head = new SectorHead();

        Assert.True(head.TryReadOpen(first, 0));
        Assert.Equal((65u, 0x0123456789ABCDEFul, Epoch, 4711u, 4500u, SealStart.Plain),
            (head.Number, head.NodeId, head.Epoch, head.FirstSequence, head.AcknowledgedUpTo, head.Seals.Key));
        Assert.Equal((62u, 3000, 2, 3), (head.UnackedNumber, head.UnackedOffset, head.Retired.Count, head.StateCount));
        Assert.False(SectorHead.HasSealKey(first, 0));
    }

    [Fact]
    public void A_sector_head_of_the_second_version_is_still_read_and_its_chain_is_of_the_earlier_format()
    {
        var second = new byte[SectorHead.BytesMax];
        Convert.FromHexString(s_fixtures["sector-head-2"]).CopyTo(second, 0);
        var head = new SectorHead();

        Assert.True(head.TryReadOpen(second, 0));
        Assert.Equal((4711u, 4500u, (byte)5, (byte)1, 4600u, false),
            (head.FirstSequence, head.AcknowledgedUpTo, head.Seals.Key, head.Seals.Chain, head.Seals.Since, head.Seals.IsBound));
        Assert.True(SectorHead.HasSealKey(second, 0));
    }

    [Fact]
    public void The_rings_own_frames_are_written_as_frozen()
    {
        var buffer = new byte[Acknowledgement.FrameBytes];
        new Acknowledgement { UpTo = 4712, SectorsBehind = 1, Offset = 2048 }.Seal(buffer, Epoch, 4720);
        AssertFrozen("acknowledged", buffer);
        Assert.Equal(Frame.OverheadBytes, Frame.Seal(buffer, 0, Epoch, 4720, RecordType.SectorRetired, 300, 0));
        AssertFrozen("sector-retired", buffer[..Frame.OverheadBytes]);
    }

    [Fact]
    public void A_checkpoint_of_the_first_version_is_still_read()
    {
        var state = new LaneState();
        var first = Convert.FromHexString(s_fixtures["lane-checkpoint-1"]);

        Assert.True(state.TryRestore(first, 0, first.Length));
        Assert.Equal((2, 2u, 10u, "zhang.san", LaneState.TubeOpen),
            (state.People, state.Sampled, state.Arrivals, Encoding.ASCII.GetString(state.Operator, 0, state.OperatorCount),
            state.TubeStatus));
        Assert.Equal(4008u, state.UndoTarget);
    }

    [Fact]
    public void The_lanes_checkpoint_is_written_as_frozen()
    {
        var state = new LaneState();
        uint sequence = 4000;
        foreach (var content in new RecordContent[]
        {
            new Booted { BootCount = 3 }, new ModeSet { Mode = ModeSet.Category, Value = Category.Elder },
                new OperatorSet().WithCode("zhang.san"), new TubeOpened { Round = 2, GroupSize = 10 }.WithCode("ZZ00000001"),
            new PersonSampled { Tube = 4004, Position = 1 }.WithCode("11010519491231002X"), new Refused { Reason = Refusal.CheckDigit },
                new PersonSampled { Tube = 4004, Position = 2 }.WithCode("110105194912310038"), new Arrived { People = 10 },
        })
        {
            sequence++;
            var frame = new byte[Frame.BytesMax];
            Frame.Seal(frame, 0, Epoch, sequence, content.Type, 0, content.Write(frame, Frame.HeadBytes) - Frame.HeadBytes);
            state.Apply(sequence, frame, 0);
        }

        var buffer = new byte[SectorHead.StateBytesMax];
        AssertFrozen("lane-checkpoint", buffer[..state.Save(buffer, 0)]);
    }
}
