using FieldNode.Answers.Facts;
using FieldNode.Answers.Projection;
using FieldNode.Log.Store;

namespace FieldNode.Answers;

/// <summary>What a volunteer did in training, on all lanes together (docs/field-facts.md, B5).</summary>
/// <param name="Percent">Correct steps as a percentage of all steps.</param>
/// <param name="PerHour">People an hour, averaged over the turns.</param>
public sealed record TrainedOn(string Badge, int People, int Errors, int Percent, int PerHour, int Turns);

/// <summary>Accuracy and pace of each volunteer, by badge.</summary>
public static class TrainingAnswer
{
    public static IReadOnlyList<TrainedOn> Compute(HostStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return FactTable.All<TrainingRow>(connection, FactKind.Training).GroupBy(fact => fact.Fact.Badge, fact => fact.Fact)
                .OrderBy(badge => badge.Key, NaturalOrder.Instance)
                .Select(turns => new TrainedOn(turns.Key, turns.Sum(turn => turn.People), turns.Sum(turn => turn.Errors),
                    new TrainingRow("", turns.Sum(turn => turn.People), turns.Sum(turn => turn.Errors), 0).Percent,
                    (int)turns.Average(turn => turn.PerHour), turns.Count())).ToList();
        });
    }
}
