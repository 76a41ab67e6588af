using System.Globalization;
using System.Text.Json;
using CsvHelper;
using FieldNode.Answers.Facts;

namespace FieldNode.Host.Export;

/// <summary>Writes people as CSV, JSON lines, .xlsx or Parquet. CSV is UTF-8 with BOM so that Excel shows Chinese; cells that a spreadsheet
/// would run as formulas are escaped. Equal rows give equal bytes.</summary>
public static class PeopleExport
{
    private static readonly CsvWriterOptions s_csv = new() { WriteByteOrderMark = true, Injection = CsvInjection.Escape };

    /// <summary>The supported formats.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["csv", "jsonl", "xlsx", "parquet"];

    /// <summary>Writes rows in a format; returns their number.</summary>
    /// <param name="stream">Must be seekable and readable for .xlsx and Parquet.</param>
    public static async Task<int> Write(string format, IEnumerable<PersonRow> rows, Stream stream)
    {
        return format switch
        {
            "csv" => WriteCsv(rows, stream),
            "jsonl" => WriteJsonLines(rows, stream),
            "xlsx" => await XlsxExport.Write(rows, stream),
            "parquet" => await ParquetExport.Write(rows, stream),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "unknown format"),
        };
    }

    /// <summary>Writes CSV; returns the rows written.</summary>
    public static int WriteCsv(IEnumerable<PersonRow> rows, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var csv = CsvWriter.Create(stream, s_csv, leaveOpen: true);
        csv.WriteRecord([.. PeopleColumns.Names]);
        var count = 0;
        foreach (var row in rows)
        {
            csv.WriteRecord(Array.ConvertAll(PeopleColumns.Cells(row),
                cell => Harmless(Convert.ToString(cell, CultureInfo.InvariantCulture)!)));
            count++;
        }

        return count;
    }

    // Chinese and Japanese spreadsheets also run the full-width forms of = + - @.
    private static string Harmless(string cell) => cell.Length > 0 && cell[0] is ('\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20') ? "'" + cell
        : cell;

    /// <summary>Writes one JSON object per line; returns the rows written.</summary>
    public static int WriteJsonLines(IEnumerable<PersonRow> rows, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var writer = new StreamWriter(stream, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            leaveOpen: true)
        { NewLine = "\n" };
        var count = 0;
        foreach (var row in rows)
        {
            writer.WriteLine(JsonSerializer.Serialize(PeopleColumns.Names.Zip(PeopleColumns.Cells(row))
                .ToDictionary(cell => cell.First, cell => cell.Second)));
            count++;
        }

        return count;
    }
}
