using FieldNode.Answers;
using FieldNode.Protocol.Records;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Host;

// Two boxes with one identity.
public abstract partial class BatchEndpointTests
{
    [Fact]
    public async Task Two_epochs_alive_at_once_are_flagged_as_a_cloned_card()
    {
        await using var host = await TestHost.Start(stores: stores);
        var old = Logs.Morning(1, "L1", "ZZ00000001", Person).ToArray();
        var other = Logs.Morning(2, "L1", "ZZ00000002", Person).ToArray();
        Assert.Equal(0, (await host.Accept(host.Batch(1, 1, old[..2]))).Problem);
        await Later();
        Assert.Equal(0, (await host.Accept(host.Batch(2, 1, other))).Problem);
        await Later();

        Assert.Equal(Reply.ProblemTwoEpochs, (await host.Accept(host.Batch(1, 3, old[2..]))).Problem);
    }

    [Fact]
    public async Task Batches_of_one_box_are_no_clone_in_whatever_order_and_however_often_they_come()
    {
        await using var host = await TestHost.Start(stores: stores);
        var random = new Random(Seed.Take(nameof(Batches_of_one_box_are_no_clone_in_whatever_order_and_however_often_they_come)));
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", [.. Enumerable.Range(0, 20).Select(i => $"E000000{i:D2}")]);
        for (var i = 0; i < 60; i++)
        {
            var from = random.Next(frames.Count);
            var to = random.Next(from, frames.Count) + 1;
            var reply = await host.Accept(host.Batch(Epoch, (uint)from + 1, [.. frames[from..to]]));
            Assert.Equal(0, reply.Problem);
        }

        Assert.Empty(new DoubtsAnswer(host.Store, Fleet.Read(host.Store)).List([DoubtKind.Clone]));
    }

    [Fact]
    public async Task A_second_box_with_the_same_key_is_found_by_its_first_upload()
    {
        await using var host = await TestHost.Start(stores: stores);
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", [.. Enumerable.Range(0, 6).Select(i => $"E0000000{i}")]);
        await host.Accept(host.Batch(Epoch, 1, [.. frames[..6]]));
        var other = frames[..4].Append(Logs.FrameOf(Epoch, 5, 4711,
            new PersonSampled { Tube = 3, Position = 2, Round = 1, Kind = PersonSampled.KindOtherPaper }.WithCode("E00000099")));

        var reply = await host.Accept(host.Batch(Epoch, 1, [.. other])); // its flash was copied after record 4

        Assert.Equal(Reply.ProblemConflict, reply.Problem);
        Assert.Equal(DoubtKind.Clone, new DoubtsAnswer(host.Store, Fleet.Read(host.Store)).List([DoubtKind.Clone]).Single().Kind);
        Assert.Equal(6u, reply.AcknowledgedUpTo); // kept anyway
        // The first box is told too.
        Assert.Equal(Reply.ProblemTwoEpochs, (await host.Accept(host.Batch(Epoch, 7, [.. frames[6..]]))).Problem);
    }
}
