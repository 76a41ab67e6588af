using System.Security.Cryptography;
using FieldNode.Answers.Projection;
using FieldNode.Answers;
using FieldNode.Host.Cards;
using FieldNode.Log.Keys;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Load;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>A code opened before the merge is used only for exactly the record it was opened from, under its epoch's chain.</summary>
public sealed class OpenedPartTests : IDisposable
{
    private const int Frames = 20;
    private const uint Person = 4; // after the start, the clock and the first tube

    private readonly TemporaryDirectory _directory = new();
    private readonly HostStore _store;
    private readonly EnrolledNode _node = EnrolmentCards.NewNode("lane-1", "S", "L1") with
    {
        Key = RandomNumberGenerator.GetBytes(NodeKeys.Bytes),
    };
    private readonly LogPart _part;

    public OpenedPartTests()
    {
        _store = AnsweringStore.Open(_directory.File("data"));
        new NodeRegistry(_store, TimeProvider.System).Add(_node);
        var bytes = new LaneLog(_node.Id, _node.Key!, _store.HostId, 1, "S", "L1").Take(Frames);
        _part = Logs.PartOf(bytes, LogSource.Upload);
    }

    private byte[] Sealed => [.. _part.Frames().Single(record => record.Sequence == Person).Frame];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_record_opens_as_its_chain_opens_it_and_its_part_stays_sealed()
    {
        byte[] before = [.. _part.Bytes];

        using var opener = new PartOpener(_store);
        opener.Open(_part);

        var count = SealedPart.Find(Sealed, 0, out var at);
        var expected = Chain(number: 0).Open(Person, Sealed, at, count)!;
        Assert.Equal(expected, _part.Opened!.Open(Person, Sealed, Chain(number: 0))!.Value.ToArray());
        Assert.Equal(before, _part.Bytes);
        var content = new PersonSampled();
        Assert.True(content.TryRead(expected, Frame.HeadBytes, Frame.ContentCount(expected, 0)));
        Assert.Equal(LaneLog.PersonCode(1, Person), EpochFold.Ascii(content));
        Assert.Equal((CodeKey.Compute(_store.Vault.Seal(LaneLog.PersonCode(1, Person))), LaneLog.PersonCode(1, Person)),
            _part.Opened.PersonOf(Person));
    }

    [Fact]
    public void Nothing_is_taken_for_another_chain_record_or_version()
    {
        using var opener = new PartOpener(_store);
        opener.Open(_part);
        byte[] other = [.. Sealed];
        other[^1] ^= 1;

        Assert.Null(_part.Opened!.Open(Person, Sealed, Chain(number: 1)));
        Assert.Null(_part.Opened.Open(Person, Sealed, new SealedChain(_part.Seals, 1, null))); // a chain whose key is not here
        Assert.Null(_part.Opened.Open(Person + 1, Sealed, Chain(number: 0)));
        Assert.Null(_part.Opened.Open(Person, other, Chain(number: 0)));
        Assert.Null(_part.Opened.Open(0, Sealed, Chain(number: 0)));
        Assert.Null(_part.Opened.Open(Frames + 1, Sealed, Chain(number: 0)));
    }

    [Fact]
    public void A_part_of_a_node_whose_key_is_not_here_waits_closed()
    {
        using var directory = new TemporaryDirectory();

        using var opener = new PartOpener(AnsweringStore.Open(directory.File("data")));
        opener.Open(_part);

        Assert.Null(_part.Opened);
    }

    private SealedChain Chain(byte number)
    {
        return new(new SealStart { Key = _part.Seals.Key, Chain = number, Since = 1, Check = _part.Seals.Check }, 1,
            NodeKeys.Seal(HmacTags.Instance, _node.Key!));
    }
}
