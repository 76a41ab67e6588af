using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

public sealed class BatchTests
{
    [Theory]
    [InlineData(RecordType.FirstLocal - 1, BatchFault.None)]
    [InlineData(RecordType.FirstLocal, BatchFault.LocalFrame)]
    [InlineData(0xFF, BatchFault.LocalFrame)]
    public void What_concerns_a_flash_alone_is_in_no_batch(int type, int expected)
    {
        var frame = new byte[Frame.BytesMax];
        var content = new Arrived { People = 1 }.Write(frame, Frame.HeadBytes) - Frame.HeadBytes;
        var count = Frame.Seal(frame, 0, 7, 1, (byte)type, 1000, content);
        var bytes = Logs.BatchOf(1, 5, 7, 1, new byte[32], frame[..count]);

        Assert.Equal(expected, new Batch().TryRead(bytes, 0, bytes.Length));
    }

    [Theory]
    [InlineData(1u, BatchFault.None)]
    [InlineData(50u, BatchFault.None)]
    [InlineData(51u, BatchFault.BadHead)]
    public void The_chain_of_a_batch_begins_no_later_than_its_records(uint since, int expected)
    {
        var seals = new SealStart();
        seals.Set(SealStart.OfClaim(1), 0, since, 77);
        var bytes = Logs.BatchOf(1, 5, 7, 50, new byte[32], [Logs.FrameOf(7, 50, 1000, new Arrived { People = 1 })], seals);

        Assert.Equal(expected, new Batch().TryRead(bytes, 0, bytes.Length));
    }
}
