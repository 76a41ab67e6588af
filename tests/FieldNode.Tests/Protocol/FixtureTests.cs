using System.Security.Cryptography;
using System.Text;
using FieldNode.Core.Enrolment;
using FieldNode.Protocol.Records;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

/// <summary>Frozen bytes: tests/fixtures/protocol.txt. A change there changes the format and needs a new version.</summary>
public sealed partial class FixtureTests
{
    private const uint Epoch = 0xA1B2C3D4;

    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static readonly Dictionary<string, string> s_fixtures = File.ReadAllLines(Repository.Fixture("protocol.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(':', 2))
        .ToDictionary(parts => parts[0].Trim(), parts => parts[1].Replace(" ", "", StringComparison.Ordinal));

    public static TheoryData<string> Records => [.. Samples().Keys];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_is_written_as_frozen(string name)
    {
        var (sequence, content) = Samples()[name];

        AssertFrozen(name, Logs.FrameOf(Epoch, sequence, 0x01020304, content));
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_frozen_record_is_read_and_written_back_the_same(string name)
    {
        var (sequence, content) = Samples()[name];
        var bytes = Convert.FromHexString(s_fixtures[name]);
        var read = (RecordContent)Activator.CreateInstance(content.GetType())!;

        Assert.Equal(bytes.Length, Frame.Check(bytes, 0, bytes.Length, Epoch, sequence));
        Assert.True(read.TryRead(bytes, Frame.HeadBytes, Frame.ContentCount(bytes, 0)));
        Assert.Equal(bytes, Logs.FrameOf(Epoch, sequence, 0x01020304, read));
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_with_fields_appended_by_a_later_version_is_read(string name)
    {
        var (_, content) = Samples()[name];
        var buffer = new byte[Frame.BytesMax];
        var end = content.Write(buffer, 0);
        buffer.AsSpan(end, 7).Fill(0x5A);

        Assert.True(content.TryRead(buffer, 0, end + 7));
        var again = new byte[Frame.BytesMax];
        Assert.Equal(end, content.Write(again, 0));
        Assert.Equal(buffer[..end], again[..end]);
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_cut_short_is_no_record(string name)
    {
        var (_, content) = Samples()[name];
        var buffer = new byte[Frame.BytesMax];
        var end = content.Write(buffer, 0);

        for (var count = 0; count < end; count++)
        {
            Assert.False(content.TryRead(buffer, 0, count), $"{name} was read from {count} of {end} bytes");
        }
    }

    [Fact]
    public void Every_record_type_has_a_fixture()
    {
        var types = typeof(RecordContent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RecordContent)) && !type.IsAbstract);

        Assert.Equal(types.Select(type => type.Name).Order(), Samples().Values.Select(sample => sample.Content.GetType().Name).Order());
    }

    [Fact]
    public void A_lost_record_is_written_as_frozen()
    {
        var buffer = new byte[Frame.BytesMax];

        AssertFrozen("lost", buffer[..Frame.Seal(buffer, 0, Epoch, 7, RecordType.Lost, 0, 0)]);
    }

    [Fact]
    public void A_batch_is_written_as_frozen()
    {
        var frames = new[] { Logs.FrameOf(Epoch, 5, 100, new Arrived { People = 3 }),
            Logs.FrameOf(Epoch, 6, 200, new Undone { Sequence = 5 }) };

        AssertFrozen("batch", Logs.BatchOf(0x1A2B3C4D, 0x0123456789ABCDEF, Epoch, 5, s_key, frames));
    }

    [Fact]
    public void A_batch_of_the_first_version_is_still_read()
    {
        var first = Convert.FromHexString(s_fixtures["batch-1"]);
        var batch = new Batch();

        Assert.Equal(BatchFault.None, batch.TryRead(first, 0, first.Length));
        Assert.Equal((true, 0x1A2B3C4Du, 0x0123456789ABCDEFul, Epoch, 5u, 2, SealStart.Plain),
            (batch.Version == 1, batch.HostId, batch.NodeId, batch.Epoch, batch.FirstSequence, batch.FrameCount, batch.Seals.Key));
        Assert.Equal(HMACSHA256.HashData(s_key, first.AsSpan(0, batch.TaggedBytes)), first[batch.TaggedBytes..]);
    }

    [Fact]
    public void A_batch_of_the_second_version_is_still_read()
    {
        var second = Convert.FromHexString(s_fixtures["batch-2"]);
        var batch = new Batch();

        Assert.Equal(BatchFault.None, batch.TryRead(second, 0, second.Length));
        Assert.Equal((2, 5u, 2, SealStart.Plain, 0u),
            (batch.Version, batch.FirstSequence, batch.FrameCount, batch.Seals.Key, batch.Seals.Check));
        Assert.Equal(HMACSHA256.HashData(Logs.KeysOf(s_key).Batch, second.AsSpan(0, batch.TaggedBytes)), second[batch.TaggedBytes..]);
    }

    [Fact]
    public void A_reply_is_written_as_frozen()
    {
        var reply = new Reply
        {
            NodeId = 0x0123456789ABCDEF,
            Epoch = Epoch,
            HeldUpTo = 8,
            AcknowledgedUpTo = 6,
            NewestOrder = 3,
            HostUtcMs = 1_636_237_800_000,
            Problem = Reply.ProblemConflict
        };
        Enumerable.Range(1, 8).Select(i => (byte)i).ToArray().CopyTo(reply.Echo, 0);
        reply.AddMessage(Reply.MessageAlreadySampled, 6, "L2"u8.ToArray());
        var buffer = new byte[Reply.BytesMax];

        AssertFrozen("reply", buffer[..reply.Write(buffer)]);
    }

    [Fact]
    public void A_person_at_a_place_is_written_as_frozen_and_not_read_without_it()
    {
        var person = new PersonSampled
        {
            Tube = 6,
            Position = 1,
            Round = 2,
            Kind = PersonSampled.KindNoPapers,
            Green = true,
            Warned = true,
            Place = 15
        }.WithCode("CHILD");
        AssertFrozen("person-sampled-at-place", Logs.FrameOf(Epoch, 7, 0x01020304, person));
        var buffer = new byte[Frame.BytesMax];
        var end = person.Write(buffer, 0);
        var read = new PersonSampled();

        Assert.All(Enumerable.Range(0, end), count => Assert.False(read.TryRead(buffer, 0, count)));
        Assert.True(read.TryRead(buffer, 0, end));
        Assert.Equal((15u, true, true, false), (read.Place, read.Green, read.Warned, read.Training));
    }

    [Fact]
    public void The_keys_are_derived_as_frozen()
    {
        AssertFrozen("link-key", NodeKeys.Link(HmacTags.Instance, s_key));
        AssertFrozen("seal-reserve", NodeKeys.Seal(HmacTags.Instance, s_key));
        AssertFrozen("card-seal-reserve", NodeKeys.CardSeal(HmacTags.Instance, s_key[..16], s_key[16..]));
        AssertFrozen("card-mark", NodeKeys.CardMark(HmacTags.Instance, s_key[..16]));
        var keys = new LinkKeys(HmacTags.Instance, s_key);
        AssertFrozen("link-keys", [.. keys.Batch, .. keys.Reply, .. keys.Status, .. keys.Roster, .. keys.Rejoin]);
    }

    [Fact]
    public void An_enrolment_card_is_written_as_frozen()
    {
        var card = new EnrolmentCard
        {
            NodeId = 0x0123456789ABCDEF,
            HostId = 0x1A2B3C4D,
            Lane = "1"u8.ToArray(),
            Site = Encoding.UTF8.GetBytes("正飞;=%"),
            Url = "http://10.0.0.5:8080"u8.ToArray(),
            Claim = [.. s_key.Take(16)],
            Wifi = Encoding.UTF8.GetBytes("站点 WLAN"),
            Pass = "secret"u8.ToArray(),
            Language = "zh"u8.ToArray()
        };
        var buffer = new byte[EnrolmentCard.TextBytesMax];

        AssertFrozen("card", buffer[..card.Write(buffer)]);
    }

    [Fact]
    public void A_claim_and_its_answer_are_written_as_frozen()
    {
        var claim = s_key[..EnrolmentCard.ClaimBytes];
        var request = new byte[ClaimMessage.RequestBytes];
        ClaimMessage.WriteRequest(request, 0x1A2B3C4D, 0x0123456789ABCDEF, s_key[..ClaimMessage.NonceBytes]);
        HMACSHA256.HashData(claim, request.AsSpan(0, ClaimMessage.RequestTagged), request.AsSpan(ClaimMessage.RequestTagged));
        AssertFrozen("claim", request);
        var answer = new byte[ClaimMessage.AnswerBytes];
        ClaimMessage.WriteAnswer(answer, request, s_key[16..], [0xA1, 0xA2, 0xA3]);
        HMACSHA256.HashData(claim, answer.AsSpan(0, ClaimMessage.AnswerTagged), answer.AsSpan(ClaimMessage.AnswerTagged));
        AssertFrozen("claim-answer", answer);
        AssertFrozen("claim-key", HMACSHA256.HashData(claim, ClaimMessage.KeyInput(request, answer)));
    }

    [Fact]
    public void Stored_settings_are_written_as_frozen()
    {
        var settings = new StoredSettings
        {
            Count = 7,
            FailedStarts = 2,
            MayFormat = true,
            LinkKey = s_key,
            SealKey = SealStart.OfClaim(2),
            SealChains = 3,
            SealCheck = 0x55667788,
            Ticket = [0xA1, 0xA2, 0xA3],
            CardText = [.. "CARD"u8]
        };
        s_key.CopyTo(settings.SealReserve, 0);
        s_key.AsSpan(0, StoredSettings.MarkBytes).CopyTo(settings.Mark);
        s_key.AsSpan(0, ClaimMessage.NonceBytes).CopyTo(settings.Nonce);
        var buffer = new byte[StoredSettings.BytesMax];
        AssertFrozen("settings", buffer[..settings.Write(buffer)]);
    }

    private static void AssertFrozen(string name, byte[] bytes)
    {
        var actual = Convert.ToHexString(bytes);
        Assert.True(s_fixtures.TryGetValue(name, out var frozen), $"no fixture '{name}'; it would be:\n{name}: {actual}");
        Assert.True(frozen == actual, $"{name} was frozen as\n{frozen}\nand is now\n{actual}");
    }
}
