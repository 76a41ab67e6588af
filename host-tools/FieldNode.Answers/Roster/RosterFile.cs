using System.Globalization;
using System.Text;
using FieldNode.Answers.Tables;
using FieldNode.Log;
using FieldNode.Protocol;

namespace FieldNode.Answers.Roster;

/// <summary>A roster read from a file: its people, the slots of buildings, how it was read, and the faults by line.</summary>
public sealed record RosterFileContent(IReadOnlyList<RosterPerson> People,
    IReadOnlyDictionary<(string Site, string Building), string> Slots, IReadOnlyList<string> Faults)
{
    public required RosterColumns Columns { get; init; }

    /// <summary>How the file was read, for display.</summary>
    public required string Form { get; init; }
}

/// <summary>Reads the people expected, and the slots of buildings, from CSV or .xlsx.</summary>
public static partial class RosterFile
{
    private const int CodeBytesMax = 40;
    private const int HouseholdBytesMax = 24;
    private const int TextBytesMax = 96;

    private static readonly Dictionary<string, string> s_categories = new(StringComparer.OrdinalIgnoreCase)
    {
        ["普通"] = "general",
        ["一般"] = "general",
        ["老人"] = "elder",
        ["老年人"] = "elder",
        ["残障"] = "disabled",
        ["残疾"] = "disabled",
        ["残疾人"] = "disabled",
        ["孕妇"] = "pregnant",
        ["儿童"] = "child",
        ["学生"] = "student",
        ["医护"] = "medical",
        ["重点"] = "keygroup",
        ["重点人群"] = "keygroup",
        ["返乡"] = "returned",
    };

    /// <param name="site">Site for rows that name none; null if every row must name one.</param>
    /// <param name="told">Columns given by field (<see cref="RosterColumns"/>).</param>
    /// <param name="files">Null: the computer's own.</param>
    /// <exception cref="HostFault">The file cannot be read, or lacks the required columns.</exception>
    public static RosterFileContent Read(string path, string? site, IReadOnlyList<string> told, IFiles? files = null)
    {
        var table = TableFile.Read(path, files ?? Outside.Real.Files);
        var columns = RosterColumns.Find(path, table.Rows.Count > 0 ? table.Rows[0].Cells : [], told);
        var people = new List<RosterPerson>();
        var slots = new Dictionary<(string, string), string>();
        var faults = new List<string>();
        var seen = new Dictionary<string, long>();
        foreach (var row in table.Rows.Skip(1).Where(row => row.Fault is not null || row.Cells.Any(cell => cell.Length > 0)))
        {
            var person = PersonOf(row.Cells, columns, site);
            var slot = columns.Of(row.Cells, "slot");
            var fault = row.Fault ?? Fault(person, seen)
                ?? (slot.Length > 0 && Slot(slot) is null ? $"slot '{slot}' is invalid: 08:00, 08:00-09:00 or 2021-11-07 08:00-09:00"
                : null);
            if (fault is not null)
            {
                faults.Add($"line {row.Line}: {fault}");
                continue;
            }

            seen.Add(person.Person, row.Line);
            people.Add(person);
            if (slot.Length > 0)
            {
                slots.TryAdd((person.Site, person.Building), Slot(slot)!);
            }
        }

        if (people.Count == 0 && faults.Count == 0)
        {
            faults.Add("it contains no people");
        }

        return new RosterFileContent(people, slots, faults) { Columns = columns, Form = table.Form };
    }

    /// <summary>Reads the slots of buildings from a table with building, slot and, unless given, site.</summary>
    /// <param name="files">Null: the computer's own.</param>
    /// <exception cref="HostFault">The file cannot be read, lacks the required columns, or a line is wrong.</exception>
    public static IReadOnlyDictionary<(string Site, string Building), string> ReadSchedule(string path, string? site, IFiles? files = null)
    {
        var table = TableFile.Read(path, files ?? Outside.Real.Files);
        var head = table.Rows.Count > 0 ? table.Rows[0].Cells : [];
        var columns = RosterColumns.Find(path, [.. head, "person", "household"], []);
        if (!columns.Has("building") || !columns.Has("slot"))
        {
            throw new HostFault("roster-columns", ExitCode.Usage,
                $"{path} has the columns {string.Join(", ", head)}: building and slot are required",
                $"{path} 的列为 {string.Join("、", head)}：须有楼栋与时段");
        }

        var slots = new Dictionary<(string, string), string>();
        foreach (var row in table.Rows.Skip(1))
        {
            var (where, building, slot) = (columns.Of(row.Cells, "site"), columns.Of(row.Cells, "building"),
                Slot(columns.Of(row.Cells, "slot")));
            where = where.Length > 0 ? where : site ?? "";
            if (row.Fault is not null || building.Length == 0 || where.Length == 0 || slot is null)
            {
                throw new HostFault("roster-lines", ExitCode.Refused,
                    $"{path} line {row.Line}: "
                        + (row.Fault ?? "building, slot and site (or --site) are required, the slot like 08:00-09:00 or "
                        + "2021-11-07 08:00")
                        + "; nothing is changed",
                    $"{path} 第 {row.Line} 行：须有楼栋、时段与站点（或 --site），时段如 08:00-09:00 或 2021-11-07 08:00；未作任何更改");
            }

            slots[(where, building)] = slot;
        }

        return slots;
    }

    private static RosterPerson PersonOf(IReadOnlyList<string> cells, RosterColumns columns, string? site)
    {
        var where = columns.Of(cells, "site");
        var category = columns.Of(cells, "category");
        return new RosterPerson(where.Length > 0 ? where : site ?? "", columns.Of(cells, "person").ToUpperInvariant(),
            columns.Of(cells, "household"), columns.Of(cells, "building"))
        {
            Name = columns.Of(cells, "name"),
            Phone = columns.Of(cells, "phone"),
            Category = s_categories.GetValueOrDefault(category, category.ToLowerInvariant()),
            Mobility = columns.Of(cells, "mobility"),
        };
    }

    private static string? Fault(RosterPerson row, Dictionary<string, long> seen)
    {
        var (person, household) = (row.Person, row.Household);
        var code = Encoding.ASCII.GetBytes(person);
        string[] texts = [row.Site, household, row.Building, row.Name, row.Phone, row.Mobility];
        return person switch
        {
            "" => "person is empty",
            _ when SpreadsheetNumber().IsMatch(person) =>
                $"person '{person}' is a number that the spreadsheet cut short: format the column as text and enter the numbers again",
            _ when person[0] is '=' or '+' or '-' or '@' or '\'' =>
                $"person '{Masked(person)}' begins with {person[0]}, which no code does: save the file with its values, the column as text",
            _ when person.Length > CodeBytesMax || person.Any(letter => letter is <= ' ' or > '~') =>
                $"person '{Masked(person)}' is not a valid code: at most {CodeBytesMax} letters and digits",
            _ when ResidentId.Judge(code, 0, code.Length) == ResidentId.WrongCheck =>
                $"person '{Masked(person)}': the check digit is wrong",
            _ when ResidentId.Judge(code, 0, code.Length) == ResidentId.Valid && !IsDay(person[6..14]) =>
                $"person '{Masked(person)}': birth date {person[6..10]}-{person[10..12]}-{person[12..14]} does not exist",
            _ when Encoding.UTF8.GetByteCount(household) > HouseholdBytesMax =>
                $"household '{household}' has more than {HouseholdBytesMax} bytes: its card could not be scanned",
            _ when household.Length == 0 => $"person '{Masked(person)}' has no household",
            _ when row.Site.Length == 0 => $"person '{Masked(person)}' has no site: give --site, or a column site",
            _ when texts.Any(text => text.Any(char.IsControl)) =>
                $"person '{Masked(person)}': a cell holds a line break or another control character",
            _ when texts.Any(text => Encoding.UTF8.GetByteCount(text) > TextBytesMax) =>
                $"person '{Masked(person)}': a cell has more than {TextBytesMax} bytes",
            _ when row.Category.Length > 0 && !Enumerable.Range(0, Category.Last + 1).Select(Category.Name).Contains(row.Category) =>
                $"category '{row.Category}' is unknown: {string.Join(", ", Enumerable.Range(0, Category.Last + 1).Select(Category.Name))}",
            _ when seen.TryGetValue(person, out var line) => $"person '{Masked(person)}' is already in line {line}",
            _ => null,
        };
    }

    // Normalizes "08:00" or "08:00-09:00", with an optional date before it; null if invalid.
    private static string? Slot(string text)
    {
        var parts = text.Trim().Replace('：', ':').Replace('—', '-').Replace('~', '-').Replace('/', '-')
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var day = parts.Length == 2 && DateOnly.TryParseExact(parts[0], ["yyyy-M-d"], CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var date) ? date.ToString("yyyy-MM-dd ", CultureInfo.InvariantCulture) : "";
        if (parts.Length is 0 or > 2 || (parts.Length == 2 && day.Length == 0))
        {
            return null;
        }

        var times = parts[^1].Split('-')
            .Select(time => TimeOnly.TryParseExact(time, ["H:mm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? at.ToString("HH:mm", CultureInfo.InvariantCulture) : null).ToList();
        return times.Count is 1 or 2 && times.TrueForAll(time => time is not null) ? day + string.Join('-', times) : null;
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"^\d(\.\d+)?E\+?\d+$")]
    private static partial System.Text.RegularExpressions.Regex SpreadsheetNumber();

    private static bool IsDay(string digits) => DateOnly.TryParseExact(digits, "yyyyMMdd", CultureInfo.InvariantCulture,
        DateTimeStyles.None, out _);

    private static string Masked(string person) => person.Length < 9 ? person : $"{person[..3]}…{person[^4..]}";
}
