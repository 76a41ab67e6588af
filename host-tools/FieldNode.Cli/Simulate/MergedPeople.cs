using FieldNode.Answers.Facts;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Simulate;

/// <summary>Converts rows of the merged log to the ground truth's form.</summary>
internal static class MergedPeople
{
    public static SampledPerson AsSeen(PersonRow row)
    {
        // a person without papers has no own code: tube and position identify them
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
