using FieldNode.Answers.Projection;
using FieldNode.Lane;
using FieldNode.Protocol;

namespace FieldNode.Answers;

/// <summary>Describes how a lane's state at its node differs from its state at this host.</summary>
internal static class LaneDifference
{
    private static readonly (string Name, Func<LaneState, string> Value)[] s_facts =
    [
        ("round", state => $"{state.Round}"),
        ("shift", state => $"{state.Shift}"),
        ("target", state => $"{state.Target}"),
        ("training", state => YesNo(state.Training)),
        ("green", state => YesNo(state.Green)),
        ("category", state => Category.Name(state.Category)),
        ("next category", state => state.NextCategory == LaneState.NoCategory ? "none" : Category.Name(state.NextCategory)),
        ("badge", state => Text.FromAscii(state.Operator, 0, state.OperatorCount)),
        ("tube", state => state.TubeStatus == LaneState.TubeNone ? "none" : Text.FromAscii(state.TubeCode, 0, state.TubeCodeCount)),
        ("tube is", state => state.TubeStatus switch { LaneState.TubeOpen => "open", LaneState.TubeClosed => "closed",
            LaneState.TubeDamaged => "damaged", _ => "none" }),
        ("group", state => $"{state.People}/{state.TubeSize}"),
        ("queue", state => $"{state.Queue}"),
        ("done", state => $"{state.Sampled}"),
        ("done in training", state => $"{state.SampledInTraining}"),
        ("arrived", state => $"{state.Arrivals}"),
        ("turned away", state => $"{state.TurnedAway}"),
        ("tubes", state => $"{state.Tubes}"),
        ("refused", state => $"{state.Refusals}"),
        ("place", state => state.Place.IsOpen ? Text.FromAscii(state.Place.Code, 0, state.Place.CodeCount) : "none"),
        ("people of the place", state => $"{state.Place.People}"),
        ("bag", state => state.Bag.IsOpen ? Text.FromAscii(state.Bag.Code, 0, state.Bag.CodeCount) : "none"),
        ("tubes in the bag", state => $"{state.Bag.Tubes}"),
        ("sealed bags", state => $"{state.Bag.SealedBags}"),
        ("people an hour", state => $"{state.Pace.PerHour(state.Clock.Seconds)}"),
        ("seconds", state => $"{state.Clock.Seconds}"),
        ("starts", state => $"{state.BootCount}"),
        ("undo target", state => $"{state.UndoTarget}"),
        ("score", state => $"{state.Score.People} right, {state.Score.Errors} wrong"),
    ];

    /// <summary>The differing facts with the values of the node and of this host; both empty if only facts without a name differ.</summary>
    public static (string Node, string Host) Describe(ReportedLaneState told)
    {
        var (node, host) = (new LaneState(), new LaneState());
        if (!node.TryRestore(told.Report.State, 0, told.Report.State.Length) || !host.TryRestore(told.Held!, 0, told.Held!.Length))
        {
            return ("", ""); // written by another version
        }

        var differing = s_facts.Select(fact => (fact.Name, Node: fact.Value(node), Host: fact.Value(host)))
            .Where(fact => fact.Node != fact.Host).ToList();
        return (string.Join(", ", differing.Select(fact => $"{fact.Name} {fact.Node}")),
            string.Join(", ", differing.Select(fact => $"{fact.Name} {fact.Host}")));
    }

    private static string YesNo(bool value) => value ? "yes" : "no";
}
