using System.Text;
using FieldNode.Protocol.Records;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

// One record of each type.
public sealed partial class FixtureTests
{
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
}
