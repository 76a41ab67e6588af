using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Log;
using FieldNode.Log.Files;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>
/// A flash image is evidence without a signature: it fills gaps, marked as such, and changes nothing that a node has signed.
/// </summary>
public sealed class FlashImageTests : IDisposable
{
    private const uint Reserved = 4711;

    private readonly TemporaryDirectory _directory = new();
    private readonly byte[] _key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private readonly HostStore _store;
    private readonly Bench _bench;
    private readonly List<string> _people = [.. People.Generate(6, new Random(Seed.Take(nameof(FlashImageTests))))];

    public FlashImageTests()
    {
        _store = AnsweringStore.Open(_directory.File("data"));
        new NodeRegistry(_store, TimeProvider.System).Add(new EnrolledNode(Bench.NodeId, "lane-1", "S", "L1", _key));
        _bench = new Bench { Tags = HmacTags.Instance, Seals = new MemorySealRoots(_key) }.Renew().Start();
        _bench.Scan(["ZZ00000001", .. _people]);
    }

    private uint Epoch => _bench.Node.Log.Epoch;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Its_people_count_marked_until_a_coordinator_accepts_them()
    {
        MergeImage(_bench.Flash.Cells);
        Assert.Equal(_people.Select(person => (person, PersonState.Image)), OpenLog.People(_store).Select(row => (row.Person, row.State)));
        var doubt = new DoubtsAnswer(_store, Fleet.Read(_store)).List([DoubtKind.Image]).Single();

        new Settlement(_store, TimeProvider.System).Settle(doubt.Id, Settlement.Accept, null, "li.si", "read from the broken box");

        Assert.All(OpenLog.People(_store), row => Assert.Equal(PersonState.Valid, row.State));
        Assert.Empty(new DoubtsAnswer(_store, Fleet.Read(_store)).List([DoubtKind.Image]));
    }

    [Fact]
    public void What_the_node_has_signed_takes_its_place_whichever_comes_first()
    {
        MergeImage(_bench.Flash.Cells);
        MergeLog(Signed(1, int.MaxValue));
        Assert.All(OpenLog.People(_store), row => Assert.Equal(PersonState.Valid, row.State));

        MergeImage(Forged(person => person.SetCode("E99999999"u8.ToArray(), 0, 9)));

        Assert.Equal(_people, OpenLog.People(_store).Select(row => row.Person));
        Assert.All(OpenLog.People(_store), row => Assert.Equal(PersonState.Valid, row.State));
        Assert.Empty(new DoubtsAnswer(_store, Fleet.Read(_store)).List([DoubtKind.Conflict, DoubtKind.Image]));
    }

    [Fact]
    public void A_chain_that_it_names_closes_nothing_that_the_node_has_signed()
    {
        MergeLog(Signed(1, int.MaxValue));

        MergeImage(ImageOf(new SealStart { Key = SealStart.OfClaim(9), Since = 4, Check = 7 }, 30,
            Logs.FrameOf(Epoch, 30, 0, new Arrived { People = 1 })));

        Assert.Equal(_people, OpenLog.People(_store).Select(row => row.Person));
    }

    [Fact]
    public void A_chain_that_it_named_first_yields_to_the_nodes_own()
    {
        MergeImage(ImageOf(new SealStart { Key = SealStart.OfClaim(9), Since = 4, Check = 7 }, 30,
            Logs.FrameOf(Epoch, 30, 0, new Arrived { People = 1 })));

        MergeLog(Signed(1, int.MaxValue));

        Assert.Equal(_people, OpenLog.People(_store).Select(row => row.Person));
    }

    [Fact]
    public void Decisions_of_a_host_and_people_in_the_clear_are_refused()
    {
        var decision = Logs.FrameOf(1, 1, 0, new Decided { What = Decided.Strike, NodeId = Bench.NodeId, Epoch = Epoch, Sequence = 5 });
        Assert.Equal("image-of-host",
            Assert.Throws<HostFault>(() =>
                MergeImage(ImageOf(new SealStart(), 1, decision, HostNode.FromHost(_store.HostId), epoch: 1))).Code);
        var clear = Logs.FrameOf(Epoch, 40, 0,
            new PersonSampled { Tube = 3, Position = 9, Round = 1, Kind = PersonSampled.KindOtherPaper }.WithCode("E12345678"));
        Assert.Equal("image-not-sealed", Assert.Throws<HostFault>(() => MergeImage(ImageOf(new SealStart(), 40, clear))).Code);
        Assert.Empty(new LogStatus(_store).Epochs());
    }

    private void MergeImage(byte[] image) => Merge(image);

    private void MergeLog(byte[] log) => Merge(log);

    private void Merge(byte[] bytes)
    {
        var path = _directory.File("piece");
        File.WriteAllBytes(path, bytes);
        new FileMerge(_store, TimeProvider.System).Merge(path, adopt: true);
    }

    private byte[] Signed(uint first, int count)
    {
        var frames = _bench.Records().Where(record => record.Sequence >= first).Take(count).Select(record => record.Frame).ToArray();
        var seals = new SealStart
        {
            Key = SealStart.OfClaim(1),
            Since = 1,
            Check = NodeKeys.SealCheck(HmacTags.Instance, NodeKeys.Seal(HmacTags.Instance, _key))
        };
        return Logs.BatchOf(_store.HostId, Bench.NodeId, Epoch, first, _key, frames, seals);
    }

    // Someone who holds the chip can write anything, with valid CRCs.
    private byte[] Forged(Action<PersonSampled> change)
    {
        var person = new PersonSampled();
        var (sequence, frame) = _bench.Records().Last(record => Frame.Type(record.Frame, 0) == RecordType.PersonSampled);
        Assert.True(person.TryRead(frame, Frame.HeadBytes, Frame.ContentCount(frame, 0)));
        change(person);
        return ImageOf(new SealStart { Key = SealStart.OfClaim(1), Since = 1, Check = Reserved }, sequence,
            Logs.FrameOf(Epoch, sequence, Frame.Ticks(frame, 0), person));
    }

    // An image of one sector with one record.
    private byte[] ImageOf(SealStart seals, uint sequence, byte[] frame, ulong node = Bench.NodeId, uint? epoch = null)
    {
        var image = new byte[3 * 4096];
        Array.Fill(image, (byte)0xFF);
        var head = new SectorHead { Number = 0, NodeId = node, Epoch = epoch ?? Epoch, FirstSequence = sequence };
        head.Seals.CopyFrom(seals);
        var buffer = new byte[SectorHead.BytesMax];
        head.Begin(buffer, new SealChain(HmacTags.Instance));
        head.Finish(buffer, head.StateOffset);
        buffer.AsSpan(0, head.Bytes).CopyTo(image);
        frame.CopyTo(image, head.Bytes);
        return image;
    }
}
