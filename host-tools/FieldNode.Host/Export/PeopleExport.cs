using System.Globalization;
using System.Text.Json;
using CsvHelper;
using FieldNode.Answers.Facts;

namespace FieldNode.Host.Export;

/// <summary>
/// Writes people as CSV (UTF-8 with BOM so that Excel shows Chinese; cells that a spreadsheet would run are made harmless), as JSON lines,
/// as .xlsx or as Parquet. Equal rows give equal bytes.
/// </summary>
public static class PeopleExport
{
    private static readonly CsvWriterOptions s_csv = new() { WriteByteOrderMark = true, Injection = CsvInjection.Escape };

    /// <summary>What there is to choose from.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["csv", "jsonl", "xlsx", "parquet"];

    /// <summary>Writes rows in a format; returns how many.</summary>
    /// <param name="stream">For .xlsx and Parquet it must be one that can seek and be read.</param>
    public static async Task<int> Write(string format, IEnumerable<PersonRow> rows, Stream stream)
    {
        return format switch
        {
            "csv" => WriteCsv(rows, stream),
            "jsonl" => WriteJsonLines(rows, stream),
            "xlsx" => await XlsxExport.Write(rows, stream),
            "parquet" => await ParquetExport.Write(rows, stream),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no format"),
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
            csv.WriteRecord(Array.ConvertAll(PeopleColumns.Of(row),
                cell => Harmless(Convert.ToString(cell, CultureInfo.InvariantCulture)!)));
            count++;
        }

        return count;
    }

    // A spreadsheet in Chinese or Japanese runs the wide forms of = + - @ too.
    private static string Harmless(string cell) => cell.Length > 0 && cell[0] is ('\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20') ? "'" + cell
        : cell;

    /// <summary>Writes one JSON object a line; returns the rows written.</summary>
    public static int WriteJsonLines(IEnumerable<PersonRow> rows, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var writer = new StreamWriter(stream, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            leaveOpen: true)
        { NewLine = "\n" };
        var count = 0;
        foreach (var row in rows)
        {
            writer.WriteLine(JsonSerializer.Serialize(PeopleColumns.Names.Zip(PeopleColumns.Of(row))
                .ToDictionary(cell => cell.First, cell => cell.Second)));
            count++;
        }

        return count;
    }
}
