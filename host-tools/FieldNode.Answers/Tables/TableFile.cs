using System.Text;
using CsvHelper;
using FieldNode.Log;

namespace FieldNode.Answers.Tables;

/// <summary>A row of a table file.</summary>
/// <param name="Line">Number of the line or row, from 1, as an editor shows it.</param>
/// <param name="Fault">What is wrong with the row itself; null if nothing.</param>
public sealed record TableRow(long Line, IReadOnlyList<string> Cells, string? Fault = null);

/// <summary>A table as text cells, and how it was read.</summary>
/// <param name="Form">For display: "CSV, GB18030" or "sheet '名册', the first of 3".</param>
public sealed record Table(string Form, IReadOnlyList<TableRow> Rows);

/// <summary>Reads tables kept by people: CSV in UTF-8, UTF-16 or GB18030, or the first sheet of an .xlsx file. All of it is untrusted until
/// checked.</summary>
public static class TableFile
{
    public const long BytesMax = 64 * 1024 * 1024;

    /// <summary>Rosters have no longer cells.</summary>
    public const int CellCharactersMax = 4096;

    /// <summary>A million rows of four cells, or the rosters of a district with all their columns.</summary>
    public const int CellsMax = 4_000_000;

    private const int RowsMax = 1_048_576;
    private const int RecordBytesMax = 64 * 1024;

    private static readonly CsvReaderOptions s_csv =
        new()
        {
            HasHeader = false,
            TrackLineNumbers = true,
            MaxRecordSize = RecordBytesMax,
            MalformedData = CsvMalformedDataHandling.Throw
        };

    static TableFile()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
    }

    /// <exception cref="HostFault">The file cannot be read as a table.</exception>
    public static Table Read(string path, IFiles files)
    {
        try
        {
            if (files.Length(path) > BytesMax)
            {
                throw new HostFault("file-too-large", ExitCode.Refused,
                    $"{path} is larger than {BytesMax / 1_048_576} MiB: too large for a roster",
                    $"{path} 超过 {BytesMax / 1_048_576} MiB，作为名册过大");
            }

            var bytes = files.Read(path);
            return bytes.AsSpan().StartsWith("PK"u8) ? XlsxReader.Read(bytes) : ReadCsv(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CsvFormatException
            or InvalidDataException or System.Xml.XmlException or FormatException or OverflowException)
        {
            var why = FirstLine(e.Message);
            throw new HostFault("file-unreadable", ExitCode.Failed, $"{path} cannot be read as CSV or .xlsx: {why}",
                $"{path} 无法作为 CSV 或 .xlsx 读取：{why}");
        }
    }

    private static Table ReadCsv(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
        {
            throw new InvalidDataException("it is an old .xls file or one with a password: save it as .xlsx or CSV");
        }

        var (text, encoding) = Decode(bytes);
        using var csv = CsvReader.Create(new StringReader(text), s_csv, leaveOpen: false);
        var rows = new List<TableRow>();
        var cells = 0L;
        while (csv.Read())
        {
            cells += csv.FieldCount;
            CheckCells(cells);
            rows.Add(new TableRow(csv.LineNumber, [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i).Trim())]));
            if (rows.Count > RowsMax)
            {
                throw new InvalidDataException($"it has more than {RowsMax} rows");
            }
        }

        return new Table($"CSV, {encoding}", rows);
    }

    /// <exception cref="InvalidDataException">There are more cells than <see cref="CellsMax"/>.</exception>
    internal static void CheckCells(long cells)
    {
        if (cells > CellsMax)
        {
            throw new InvalidDataException($"it has more than {CellsMax} cells: a cell far to the right counts all cells before it");
        }
    }

    private static (string Text, string Encoding) Decode(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            var utf16 = new UnicodeEncoding(bigEndian: bytes[0] == 0xFE, byteOrderMark: true, throwOnInvalidBytes: true);
            return (utf16.GetString(bytes, 2, bytes.Length - 2), "UTF-16");
        }

        var start = bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        try
        {
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, start, bytes.Length - start), "UTF-8");
        }
        catch (DecoderFallbackException) when (start == 0)
        {
            try
            {
                return (Encoding.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                    .GetString(bytes), "GB18030");
            }
            catch (DecoderFallbackException)
            {
                throw new InvalidDataException("its text is neither UTF-8 nor UTF-16 nor GB18030");
            }
        }
    }

    private static string FirstLine(string text)
    {
        var line = text.ReplaceLineEndings("\n").Split('\n')[0];
        return line.Length > 200 ? line[..200] + "…" : line;
    }
}
