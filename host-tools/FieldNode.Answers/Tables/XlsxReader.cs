using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace FieldNode.Answers.Tables;

/// <summary>
/// Reads the first sheet of an .xlsx file (ECMA-376 part 1, SpreadsheetML) as text. All limits are explicit: parts, entries, depth, cells.
/// Document types are prohibited, and nothing external is resolved. No available package both detects formulas and survives hostile files
/// (docs/dependencies.md).
/// </summary>
internal static class XlsxReader
{
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const long PartCharactersMax = 128 * 1024 * 1024;
    private const int TagCharactersMax = 256 * 1024;
    private const int EntriesMax = 1000;
    private const int DepthMax = 16;
    private const int StringsMax = 2_000_000;
    private const int RowsMax = 1_048_576;
    private const int ColumnsMax = 256;

    public static Table Read(byte[] bytes)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
        if (zip.Entries.Count > EntriesMax)
        {
            throw new InvalidDataException($"it has {zip.Entries.Count} parts, too many for a sheet");
        }

        var sheets = Sheets(zip);
        if (sheets.Count == 0)
        {
            throw new InvalidDataException("it has no sheet");
        }

        var (name, part) = sheets[0];
        return new Table(sheets.Count == 1 ? $"sheet '{name}'" : $"sheet '{name}', the first of {sheets.Count}",
            Rows(zip, part, SharedStrings(zip)));
    }

    private static List<(string Name, string Part)> Sheets(ZipArchive zip)
    {
        var targets = new Dictionary<string, string>();
        using (var relations = Open(zip, "xl/_rels/workbook.xml.rels"))
        {
            while (Next(relations))
            {
                if (IsStart(relations, "Relationship"))
                {
                    var target = (relations.GetAttribute("Target") ?? "").TrimStart('/');
                    targets[relations.GetAttribute("Id") ?? ""] = target.StartsWith("xl/", StringComparison.Ordinal) ? target
                        : "xl/" + target;
                }
            }
        }

        var sheets = new List<(string, string)>();
        using var workbook = Open(zip, "xl/workbook.xml");
        while (Next(workbook))
        {
            if (IsStart(workbook, "sheet") && workbook.GetAttribute("state") is null or "visible" && workbook.LocalName == "sheet"
                && targets.TryGetValue(workbook.GetAttribute("id", Relations) ?? "", out var part))
            {
                sheets.Add((workbook.GetAttribute("name") ?? "", part));
            }
        }

        return sheets;
    }

    private static List<string> SharedStrings(ZipArchive zip)
    {
        var strings = new List<string>();
        if (zip.GetEntry("xl/sharedStrings.xml") is null)
        {
            return strings;
        }

        using var xml = Open(zip, "xl/sharedStrings.xml");
        while (Next(xml))
        {
            if (!IsStart(xml, "si"))
            {
                continue;
            }

            strings.Add(Text(xml));
            if (strings.Count > StringsMax)
            {
                throw new InvalidDataException($"it has more than {StringsMax} texts");
            }
        }

        return strings;
    }

    private static List<TableRow> Rows(ZipArchive zip, string part, List<string> strings)
    {
        var rows = new List<TableRow>();
        using var xml = Open(zip, part);
        var (number, cellCount) = (0, 0L);
        while (Next(xml))
        {
            if (!IsStart(xml, "row"))
            {
                continue;
            }

            var given = xml.GetAttribute("r");
            var next = given is null ? number + 1 : int.Parse(given, NumberStyles.None, CultureInfo.InvariantCulture);
            if (next <= number || next > RowsMax)
            {
                throw new InvalidDataException($"its row {next} follows row {number}");
            }

            number = next;
            if (Row(xml, number, strings) is { Cells: var cells } row && (cells.Count > 0 || row.Fault is not null))
            {
                rows.Add(row);
                cellCount += cells.Count;
                TableFile.CheckCells(cellCount);
            }
        }

        return rows;
    }

    private static TableRow Row(XmlReader xml, int number, List<string> strings)
    {
        var cells = new List<(int Column, string Text)>();
        string? fault = null;
        if (xml.IsEmptyElement)
        {
            return new TableRow(number, []);
        }

        var (depth, next) = (xml.Depth, 0);
        while (Next(xml) && xml.Depth > depth)
        {
            if (!IsStart(xml, "c"))
            {
                continue;
            }

            var column = xml.GetAttribute("r") is { } reference ? ColumnOf(reference) : next;
            if (column < next || column >= ColumnsMax)
            {
                throw new InvalidDataException($"row {number} has a cell in column {column + 1} after {next}; at most {ColumnsMax} are "
                    + "read");
            }

            next = column + 1;
            var (text, isFormula) = Cell(xml, strings);
            fault ??= isFormula ? $"the cell in column {column + 1} is a formula: save the file with its values" : null;
            if (text.Trim() is { Length: > 0 } shown)
            {
                cells.Add((column, shown));
            }
        }

        return new TableRow(number, Filled(cells), fault);
    }

    // The row ends with its last non-empty cell.
    private static string[] Filled(List<(int Column, string Text)> cells)
    {
        var row = cells.Count == 0 ? [] : new string[cells[^1].Column + 1];
        Array.Fill(row, "");
        cells.ForEach(cell => row[cell.Column] = cell.Text);
        return row;
    }

    private static (string Text, bool IsFormula) Cell(XmlReader xml, List<string> strings)
    {
        var type = xml.GetAttribute("t") ?? "n";
        var (text, isFormula) = ("", false);
        if (!xml.IsEmptyElement)
        {
            var depth = xml.Depth;
            while (Next(xml) && xml.Depth > depth)
            {
                isFormula |= IsStart(xml, "f");
                if (IsStart(xml, "v") || IsStart(xml, "is"))
                {
                    text = Text(xml);
                }
            }
        }

        if (type != "s")
        {
            return (text, isFormula);
        }

        var index = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        return index < strings.Count ? (strings[index], isFormula)
            : throw new InvalidDataException($"a cell refers to text {index} of {strings.Count}");
    }

    // All text of an element, except phonetic guides of Asian text.
    private static string Text(XmlReader xml)
    {
        var text = new StringBuilder();
        if (xml.IsEmptyElement)
        {
            return "";
        }

        var (depth, skipped) = (xml.Depth, int.MaxValue);
        while (Next(xml) && xml.Depth > depth)
        {
            skipped = xml.Depth <= skipped ? IsStart(xml, "rPh") && !xml.IsEmptyElement ? xml.Depth : int.MaxValue : skipped;
            if (skipped == int.MaxValue && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace
                && skipped == int.MaxValue)
            {
                text.Append(xml.Value);
                if (text.Length > TableFile.CellCharactersMax)
                {
                    throw new InvalidDataException($"a cell has more than {TableFile.CellCharactersMax} characters");
                }
            }
        }

        return text.ToString();
    }

    private static int ColumnOf(string reference)
    {
        var (column, at) = (0, 0);
        for (; at < reference.Length && at < 3 && reference[at] is >= 'A' and <= 'Z'; at++)
        {
            column = column * 26 + reference[at] - 'A' + 1;
        }

        return column > 0 && at < reference.Length && char.IsAsciiDigit(reference[at]) ? column - 1
            : throw new InvalidDataException("a cell's reference cannot be read");
    }

    private static XmlReader Open(ZipArchive zip, string name)
    {
        var entries = zip.Entries.Where(entry => entry.FullName == name).ToList();
        if (entries.Count != 1 || entries[0].Length > PartCharactersMax)
        {
            throw new InvalidDataException(entries.Count == 1 ? $"{name} has {entries[0].Length} bytes: at most {PartCharactersMax}"
                : $"{name} occurs {entries.Count} times");
        }

        var text = new StreamReader(entries[0].Open(), new UTF8Encoding(false, throwOnInvalidBytes: true),
            detectEncodingFromByteOrderMarks: true);
        return XmlReader.Create(new BoundedText(text, PartCharactersMax, TagCharactersMax), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CloseInput = true,
        });
    }

    private static bool IsStart(XmlReader xml, string name) => xml.NodeType == XmlNodeType.Element && xml.LocalName == name;

    private static bool Next(XmlReader xml)
    {
        var more = xml.Read();
        return xml.Depth <= DepthMax ? more : throw new InvalidDataException("its elements are nested too deeply");
    }
}
