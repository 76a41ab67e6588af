using System.Security.Cryptography;
using System.Text;
using FieldNode.Core.Enrolment;
using FieldNode.Core.Lane;
using FieldNode.Lane;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

/// <summary>Frozen bytes: tests/fixtures/protocol.txt. A change there is a change of format and needs a new version.</summary>
public sealed class FixtureTests
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
        Assert.True(again.TryReadOpen(buffer, 0)); // the key is destroyed later, and the head stays what it is
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

    private static Dictionary<string, (uint Sequence, RecordContent Content)> Samples()
    {
        return new()
        {
            ["booted"] = (1, new Booted { BootCount = 2, Firmware = 0x0103, Lane = "L1"u8.ToArray(), Site = Encoding.UTF8.GetBytes("正飞") }),
            ["clock-set"] = (2, new ClockSet { UtcMs = 1_636_237_800_000, Source = ClockSet.SourceSntp, ErrorMs = 250 }),
            ["mode-set"] = (3, new ModeSet { Mode = ModeSet.Round, Value = 2 }),
            ["operator-set"] = (4, new OperatorSet().WithCode("zhang.san")),
            ["arrived"] = (5, new Arrived { People = 10 }),
            ["tube-opened"] = (6, new TubeOpened { Round = 2, GroupSize = 10, Training = true }.WithCode("ZZ00000001")),
            ["person-sampled"] = (7,
                new PersonSampled
                {
                    Tube = 6,
                    Position = 1,
                    Round = 2,
                    Category = Category.Elder,
                    Training = true,
                    Kind = PersonSampled.KindResidentId
                }.WithCode("11010519491231002X")),
            ["tube-closed"] = (8, new TubeClosed { Tube = 6, People = 1, Reason = TubeClosed.ShiftEnd }),
            ["undone"] = (9, new Undone { Sequence = 8 }),
            ["refused"] = (10, new Refused { Reason = Refusal.CheckDigit, BytesScanned = 18 }.WithCode("110105194912310021")),
            ["part-changed"] = (12, new PartChanged { Part = NodePart.Battery, State = PartState.Low, Detail = 3480 }),
            ["faulted"] = (13, new Faulted { FailedStarts = 2, Words = "Exception: out of luck"u8.ToArray() }),
            ["asked"] = (14, new Asked { What = Asked.SealAgain, Value = 58 }),
            ["place-opened"] = (15, new PlaceOpened { Kind = PlaceOpened.Home }.WithCode("3-2-1201")),
            ["place-closed"] = (16, new PlaceClosed { Place = 15, People = 3 }),
            ["turned-away"] = (17, new TurnedAway { Reason = TurnedAway.Isolation, Round = 2, Training = true }
                .WithCode("11010519491231002X")),
            ["bag-opened"] = (18, new BagOpened { Round = 2, Training = true }.WithCode("BAG000001")),
            ["tube-packed"] = (19, new TubePacked { Bag = 18, People = 10 }.WithCode("ZZ00000001")),
            ["bag-sealed"] = (20, new BagSealed { Bag = 18, Tubes = 6, People = 58 }),
            ["handed-over"] = (21, HandedOverSample()),
            ["called"] = (22, new Called { People = 10 }),
            ["decided"] = (23, new Decided
            {
                What = Decided.GapAccepted,
                UtcMs = 1_636_237_805_123,
                NodeId = 0x1122334455667788,
                Epoch = Epoch,
                Sequence = 400,
                Value = 412,
                Who = "李四"u8.ToArray(),
                Note = "flash broken"u8.ToArray()
            }),
            ["flash-worn"] = (11, new FlashWorn { RetiredSectors = 2, Sectors = 64 }),
        };
    }

    private static HandedOver HandedOverSample()
    {
        var handover = new HandedOver { Bags = 2, Tubes = 12 };
        handover.SetBadges("li.si"u8.ToArray(), 5, "driver7"u8.ToArray(), 0, 7);
        return handover;
    }

    private static void AssertFrozen(string name, byte[] bytes)
    {
        var actual = Convert.ToHexString(bytes);
        Assert.True(s_fixtures.TryGetValue(name, out var frozen), $"no fixture '{name}'; it would be:\n{name}: {actual}");
        Assert.True(frozen == actual, $"{name} was frozen as\n{frozen}\nand is now\n{actual}");
    }
}
