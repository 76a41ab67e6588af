using FieldNode.Answers.Facts;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>Folds the records of bags: which tubes went into which bag, and who handed it to whom.</summary>
internal sealed class BagFold
{
    private readonly List<Step> _steps = [];

    public void Add(uint sequence, uint ticks, RecordContent content)
    {
        switch (content)
        {
            case BagOpened { Training: false } opened:
                _steps.Add(new Step(sequence, ticks, RecordType.BagOpened, sequence, EpochFold.Ascii(opened), opened.Round, "", ""));
                break;
            case TubePacked packed:
                _steps.Add(new Step(sequence, ticks, RecordType.TubePacked, packed.Bag, EpochFold.Ascii(packed),
                    packed.People == TubePacked.PeopleUnknown ? -1 : packed.People, "", ""));
                break;
            case BagSealed bag:
                _steps.Add(new Step(sequence, ticks, RecordType.BagSealed, bag.Bag, "", 0, "", ""));
                break;
            case HandedOver handover:
                _steps.Add(new Step(sequence, ticks, RecordType.HandedOver, 0, "", 0,
                    Text.FromAscii(handover.Giver, 0, handover.GiverCount), Text.FromAscii(handover.Receiver, 0, handover.ReceiverCount)));
                break;
            default:
                break;
        }
    }

    public IReadOnlyList<BagRow> Rows(HashSet<uint> undone, TimeResolver times)
    {
        var bags = new Dictionary<uint, BagRow>();
        var tubes = new Dictionary<uint, List<PackedTube>>();
        var waiting = new List<uint>();
        foreach (var step in _steps.Where(step => !undone.Contains(step.Sequence)))
        {
            switch (step.Type)
            {
                case RecordType.BagOpened:
                    tubes[step.Bag] = [];
                    bags[step.Bag] = new BagRow(step.Sequence, step.Code, step.Number, tubes[step.Bag], false, "", "",
                        times.Resolve(step.Sequence, step.Ticks), default);
                    break;
                case RecordType.TubePacked when tubes.TryGetValue(step.Bag, out var packed):
                    packed.Add(new PackedTube(step.Code, step.Number));
                    break;
                case RecordType.BagSealed when bags.TryGetValue(step.Bag, out var bag):
                    bags[step.Bag] = bag with { IsSealed = true };
                    waiting.Add(step.Bag);
                    break;
                case RecordType.HandedOver:
                    waiting.ForEach(sealedBag =>
                        bags[sealedBag] = bags[sealedBag] with
                        {
                            Giver = step.Giver,
                            Receiver = step.Receiver,
                            HandedOver = times.Resolve(step.Sequence, step.Ticks),
                        });
                    waiting.Clear();
                    break;
                default:
                    break;
            }
        }

        return [.. bags.Values.OrderBy(bag => bag.Sequence)];
    }

    /// <param name="Number">The bag's round, or the tube's people.</param>
    private sealed record Step(uint Sequence, uint Ticks, byte Type, uint Bag, string Code, int Number, string Giver, string Receiver);
}
