using FieldNode.Protocol.Records;

namespace FieldNode.Log;

/// <summary>Every record type that this host understands; other types are stored and merged in the same way.</summary>
public static class RecordContents
{
    /// <summary>A new instance of each type.</summary>
    public static IReadOnlyList<RecordContent> All()
    {
        return
        [
            new Booted(), new ClockSet(), new ModeSet(), new OperatorSet(), new Arrived(), new TubeOpened(), new PersonSampled(),
                new TubeClosed(), new Undone(),
            new Refused(), new FlashWorn(), new PartChanged(), new Faulted(), new Asked(), new PlaceOpened(), new PlaceClosed(),
                new TurnedAway(), new BagOpened(),
            new TubePacked(), new BagSealed(), new HandedOver(), new Called(), new Decided(),
        ];
    }
}
