using System.Security.Cryptography;
using FieldNode.Host.Cards;
using FieldNode.Log.Merge;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>A batch's tag covers all of the batch, and the whole tag is compared.</summary>
public sealed class BatchTagTests
{
    [Fact]
    public void No_bit_of_a_batch_or_of_its_tag_can_be_another()
    {
        var node = EnrolmentCards.NewNode("lane-1", "S", "L1") with { Key = RandomNumberGenerator.GetBytes(NodeKeys.Bytes) };
        var batch = Logs.BatchOf(1, node.Id, 3, 1, node.Key!, Logs.FrameOf(3, 1, 1, new Arrived { People = 1 }));
        Assert.True(BatchTag.Fits(batch, isVersion1: false, node));

        for (var bit = 0; bit < 8 * batch.Length; bit++)
        {
            batch[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(BatchTag.Fits(batch, isVersion1: false, node), $"bit {bit} of {8 * batch.Length}");
            batch[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
