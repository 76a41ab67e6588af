using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

public sealed class FrameTests
{
    [Fact]
    public void A_frame_proves_itself_only_in_its_own_place()
    {
        var frame = Logs.FrameOf(1, 7, 0, new Undone { Sequence = 3 });

        Assert.Equal(frame.Length, Frame.Check(frame, 0, frame.Length, 1, 7));
        Assert.Equal(0, Frame.Check(frame, 0, frame.Length, 1, 8));
        Assert.Equal(0, Frame.Check(frame, 0, frame.Length, 2, 7));
    }

    [Fact]
    public void Any_single_flipped_bit_is_noticed()
    {
        var frame = Logs.FrameOf(1, 7, 99, new PersonSampled { Tube = 3, Position = 4, Round = 1 }.WithCode("11010519491231002X"));
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            var flipped = (byte[])frame.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.Equal(0, Frame.Check(flipped, 0, flipped.Length, 1, 7));
        }
    }

    [Fact]
    public void A_frame_cut_short_is_no_frame()
    {
        var frame = Logs.FrameOf(1, 7, 99, new Undone { Sequence = 3 });
        for (var end = 0; end < frame.Length; end++)
        {
            Assert.Equal(0, Frame.Check(frame, 0, end, 1, 7));
        }
    }

    [Fact]
    public void Offsets_outside_the_buffer_are_answered_not_thrown()
    {
        var bytes = new byte[8];

        Assert.Equal(0, Frame.ClaimedBytes(bytes, -1, 8));
        Assert.Equal(0, Frame.ClaimedBytes(bytes, 8, 8));
        Assert.Equal(0, Frame.ClaimedBytes(bytes, 0, 9));
    }
}
