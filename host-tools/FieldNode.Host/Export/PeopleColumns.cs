using FieldNode.Answers.Facts;

namespace FieldNode.Host.Export;

/// <summary>The columns of an export, the same in every format. Codes are text, because an ID number has more digits than a spreadsheet
/// number keeps.</summary>
internal static class PeopleColumns
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "site", "lane", "round", "tube", "position", "person", "category", "state", "operator", "time", "time_note", "node",
            "epoch", "sequence",
        "shift", "lane_kind", "place", "papers", "warned",
    ];

    /// <summary>Columns that are numbers.</summary>
    public static IReadOnlySet<string> Numbers { get; } = new HashSet<string> { "round", "position", "sequence", "shift" };

    /// <summary>A row's cells in the order of <see cref="Names"/>: strings, and long for the numbers.</summary>
    public static object[] Cells(PersonRow row)
    {
        return
        [
            row.Site, row.Lane, (long)row.Round, row.Tube, (long)row.Position, row.Person, row.Category, row.State, row.Operator,
            row.Time.Text, row.Time.Note, row.Node.ToString("X16"), row.Epoch.ToString("X8"), (long)row.Sequence,
            (long)row.Shift, row.LaneKind, row.Place, row.Papers, row.Warned ? "warned" : "",
        ];
    }
}
