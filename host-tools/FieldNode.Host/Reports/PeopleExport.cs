using System.Globalization;
using System.Text.Json;
using CsvHelper;

namespace FieldNode.Host.Reports;

/// <summary>Writes people as CSV (UTF-8 with BOM so that Excel shows Chinese; cells that a spreadsheet would run are made harmless) or as JSON lines.</summary>
public static class PeopleExport
{
    private static readonly string[] s_columns =
    [
        "site", "lane", "round", "tube", "position", "person", "category", "state", "operator", "time", "time_note", "node", "epoch", "sequence",
        "shift", "lane_kind", "place", "papers", "warned",
    ];

    private static readonly CsvWriterOptions s_csv = new() { WriteByteOrderMark = true, Injection = CsvInjection.Escape };

    /// <summary>Writes CSV; returns the rows written.</summary>
    public static int WriteCsv(IEnumerable<PersonRow> rows, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var csv = CsvWriter.Create(stream, s_csv, leaveOpen: true);
        csv.WriteRecord(s_columns);
        var count = 0;
        foreach (var row in rows)
        {
            csv.WriteRecord(Array.ConvertAll(Cells(row), cell => Convert.ToString(cell, CultureInfo.InvariantCulture)!));
            count++;
        }

        return count;
    }

    /// <summary>Writes one JSON object a line; returns the rows written.</summary>
    public static int WriteJsonLines(IEnumerable<PersonRow> rows, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var writer = new StreamWriter(stream, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        var count = 0;
        foreach (var row in rows)
        {
            var fields = new Dictionary<string, object>();
            var cells = Cells(row);
            for (var i = 0; i < s_columns.Length; i++)
            {
                fields.Add(s_columns[i], cells[i]);
            }

            writer.WriteLine(JsonSerializer.Serialize(fields));
            count++;
        }

        return count;
    }

    private static object[] Cells(PersonRow row)
    {
        return
        [
            row.Site, row.Lane, row.Round, row.Tube, row.Position, row.Person, row.Category, row.State, row.Operator,
            row.Time.Text, row.Time.Note, row.Node.ToString("X16"), row.Epoch.ToString("X8"), row.Sequence,
            row.Shift, row.LaneKind, row.Place, row.Papers, row.Warned ? "warned" : "",
        ];
    }
}
