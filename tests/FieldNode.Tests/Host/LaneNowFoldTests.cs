using FieldNode.Host.Projection;
using FieldNode.Protocol.Records;

namespace FieldNode.Tests.Host;

public sealed class LaneNowFoldTests
{
    private const int Reach = 64;

    /// <summary>A step that is out of reach stays so, whatever is taken back: or what a lane shows would depend on when steps were forgotten.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Reach - 1)]
    [InlineData(Reach)]
    [InlineData(3 * Reach + 7)]
    public void The_last_64_steps_can_be_taken_back_and_none_before(int before)
    {
        var fold = new LaneNowFold();
        var last = (uint)(before + Reach);
        for (uint sequence = 1; sequence <= last; sequence++)
        {
            fold.Add(sequence, new PersonSampled { Round = 1 }, training: false);
        }

        for (var sequence = last; sequence > 0; sequence--)
        {
            fold.Undo(sequence);
        }

        Assert.Equal(before, fold.Now.Sampled);
    }
}
