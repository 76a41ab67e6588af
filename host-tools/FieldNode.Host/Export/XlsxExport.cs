using FieldNode.Answers.Facts;
using System.IO.Compression;
using SpreadCheetah;
using SpreadCheetah.Worksheets;

namespace FieldNode.Host.Export;

/// <summary>Writes people as .xlsx, in as many sheets as needed. Cells are text or numbers, never formulas.</summary>
public static class XlsxExport
{
    /// <summary>Rows of a sheet, including the header (Excel's limit).</summary>
    public const int SheetRowsMax = 1_048_576;

    // The file contains neither its time nor its author, so that equal logs give equal bytes.
    private static readonly DateTimeOffset s_written = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SpreadCheetahOptions s_options =
        new() { DocumentProperties = null, PreserveStringWhitespace = true, WriteCellReferenceAttributes = true };

    public static async Task<int> Write(IEnumerable<PersonRow> rows, Stream stream, int sheetRowsMax = SheetRowsMax)
    {
        var count = await WriteSheets(rows, stream, sheetRowsMax);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true);
        foreach (var entry in zip.Entries)
        {
            entry.LastWriteTime = s_written;
        }

        return count;
    }

    private static async Task<int> WriteSheets(IEnumerable<PersonRow> rows, Stream stream, int sheetRowsMax)
    {
        await using var book = await Spreadsheet.CreateNewAsync(stream, s_options);
        var sheets = 0;
        var count = 0;
        var cells = new DataCell[PeopleColumns.Names.Count];
        await Begin(book, ++sheets);
        foreach (var row in rows)
        {
            if (book.NextRowNumber > sheetRowsMax)
            {
                await Begin(book, ++sheets);
            }

            var values = PeopleColumns.Cells(row);
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = values[i] is long number ? new DataCell(number) : new DataCell(Clean((string)values[i]));
            }

            await book.AddRowAsync(cells);
            count++;
        }

        await book.FinishAsync();
        return count;
    }

    private static async Task Begin(Spreadsheet book, int number)
    {
        await book.StartWorksheetAsync($"people {number}", new WorksheetOptions { FrozenRows = 1 });
        await book.AddHeaderRowAsync([.. PeopleColumns.Names]);
    }

    // U+FFFE and U+FFFF are not valid in XML, and "_x0041_" would be read as a letter. A lane's site and name may contain anything.
    private static string Clean(string text)
    {
        return text.AsSpan().IndexOfAny('\uFFFE', '\uFFFF', '_') < 0 ? text : text.Replace('\uFFFE', '\uFFFD').Replace('\uFFFF', '\uFFFD')
            .Replace("_x", "_x005F_x", StringComparison.Ordinal);
    }
}
