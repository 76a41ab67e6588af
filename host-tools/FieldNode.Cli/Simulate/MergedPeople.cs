using FieldNode.Answers.Facts;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Simulate;

/// <summary>The merged log in the words of the ground truth.</summary>
internal static class MergedPeople
{
    public static SampledPerson AsSeen(PersonRow row)
    {
        // somebody without a number is known by the place
        var code = row.Papers == "none" ? $"{row.Person}@{row.Tube}/{row.Position}" : row.Person;
        return new SampledPerson(code, row.Site, row.Lane, row.Tube, row.Position, row.Round)
        {
            Category = row.Category,
            Operator = row.Operator,
            Place = row.Place,
            LaneKind = row.LaneKind
        };
    }
}
