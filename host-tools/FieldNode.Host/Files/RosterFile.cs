using System.Text;
using CsvHelper;
using FieldNode.Host.Reports;
using FieldNode.Protocol;

namespace FieldNode.Host.Files;

/// <summary>A roster read from CSV: its people, and the lines that are wrong.</summary>
public sealed record RosterFileContent(IReadOnlyList<RosterPerson> People, IReadOnlyList<string> Faults);

/// <summary>Reads who is expected from CSV in UTF-8 with the columns person, household and building, in any order; others are left alone.</summary>
public static class RosterFile
{
    private const long BytesMax = 16 * 1024 * 1024;
    private const int FaultsMax = 20;
    private const int CodeBytesMax = 40;
    private const int HouseholdBytesMax = 24;
    private const int RecordBytesMax = 64 * 1024;

    private static readonly CsvReaderOptions s_csv = new() { HasHeader = false, TrackLineNumbers = true, MaxRecordSize = RecordBytesMax };

    /// <exception cref="HostFault">The file cannot be read, or has not these columns.</exception>
    public static RosterFileContent Read(string path, string site)
    {
        try
        {
            if (new FileInfo(path).Length > BytesMax)
            {
                throw new HostFault("file-too-large", ExitCode.Refused, $"{path} is larger than {BytesMax / 1_048_576} MiB, which no roster is", $"{path} 超过 {BytesMax / 1_048_576} MiB，不是名册");
            }

            using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            using var csv = CsvReader.Create(reader, s_csv, leaveOpen: true);
            return Read(csv, path, site);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CsvFormatException or InvalidDataException)
        {
            throw new HostFault("file-unreadable", ExitCode.Failed, $"{path} cannot be read as CSV in UTF-8: {FirstLine(e.Message)}", $"{path} 无法作为 UTF-8 的 CSV 读取：{FirstLine(e.Message)}");
        }
    }

    private static RosterFileContent Read(CsvReader csv, string path, string site)
    {
        var head = csv.Read() ? Cells(csv).Select(name => name.ToLowerInvariant()).ToList() : [];
        int[] columns = [head.IndexOf("person"), head.IndexOf("household"), head.IndexOf("building")];
        if (columns[0] < 0 || columns[1] < 0)
        {
            throw new HostFault("roster-columns", ExitCode.Usage, $"{path} has the columns {string.Join(", ", head)}: person and household must be there, building may", $"{path} 的列为 {string.Join(", ", head)}：须有 person 与 household，可有 building");
        }

        var people = new List<RosterPerson>();
        var faults = new List<string>();
        var seen = new Dictionary<string, long>();
        while (csv.Read())
        {
            var cells = Cells(csv);
            var person = Cell(cells, columns[0]).ToUpperInvariant();
            var fault = Fault(person, Cell(cells, columns[1]), seen);
            if (fault is null)
            {
                seen.Add(person, csv.LineNumber);
                people.Add(new RosterPerson(site, person, Cell(cells, columns[1]), Cell(cells, columns[2])));
            }
            else if (faults.Count < FaultsMax)
            {
                faults.Add($"line {csv.LineNumber}: {fault}");
            }
        }

        if (people.Count == 0 && faults.Count == 0)
        {
            faults.Add("it holds nobody");
        }

        return new RosterFileContent(people, faults);
    }

    private static string? Fault(string person, string household, Dictionary<string, long> seen)
    {
        var code = Encoding.ASCII.GetBytes(person);
        return person switch
        {
            "" => "person is empty",
            _ when person.Length > CodeBytesMax || person.Any(letter => letter is <= ' ' or > '~') => $"person '{Masked(person)}' is no code: at most {CodeBytesMax} letters and digits",
            _ when ResidentId.Judge(code, 0, code.Length) == ResidentId.WrongCheck => $"person '{Masked(person)}': the check digit is wrong",
            _ when Encoding.UTF8.GetByteCount(household) > HouseholdBytesMax => $"household '{household}' has more than {HouseholdBytesMax} bytes: its card could not be scanned",
            _ when household.Length == 0 => $"person '{Masked(person)}' has no household",
            _ when seen.TryGetValue(person, out var line) => $"person '{Masked(person)}' stands in line {line} already",
            _ => null,
        };
    }

    private static List<string> Cells(CsvReader csv) => [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i).Trim())];

    private static string Cell(List<string> cells, int column) => column >= 0 && column < cells.Count ? cells[column] : "";

    private static string Masked(string person) => person.Length < 9 ? person : $"{person[..3]}…{person[^4..]}";

    private static string FirstLine(string text) => text.ReplaceLineEndings("\n").Split('\n')[0];
}
