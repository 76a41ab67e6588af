using FieldNode.Log;

namespace FieldNode.Answers.Roster;

/// <summary>Maps the columns of a table to roster fields: by their usual names, unless given explicitly.</summary>
public sealed class RosterColumns
{
    private static readonly Dictionary<string, string[]> s_names = new()
    {
        ["person"] = ["person", "id", "idcard", "idnumber", "identity", "证件", "身份证", "身份证号", "身份证号码", "公民身份号码", "证件号", "证件号码", "证号"],
        ["household"] = ["household", "home", "door", "room", "户", "户号", "房号", "门牌", "门牌号", "室", "住址", "家庭"],
        ["building"] = ["building", "block", "楼", "楼栋", "楼号", "楼栋号", "栋", "栋号", "幢"],
        ["site"] = ["site", "站点", "采样点", "小区", "社区"],
        ["name"] = ["name", "姓名", "名字", "业主姓名", "居民姓名"],
        ["phone"] = ["phone", "mobile", "tel", "telephone", "电话", "手机", "手机号", "手机号码", "联系电话", "联系方式"],
        ["category"] = ["category", "group", "类别", "人员类别", "人群", "人群类别"],
        ["mobility"] = ["mobility", "行动", "行动能力", "行动不便", "上门"],
        ["slot"] = ["slot", "time", "时段", "时间", "时间段", "采样时间"],
    };

    private readonly Dictionary<string, int[]> _columns = [];

    private RosterColumns(IReadOnlyList<string> head)
    {
        Head = head;
    }

    /// <summary>All roster fields.</summary>
    public static IReadOnlyCollection<string> Fields => s_names.Keys;

    /// <summary>The names in the table's first row.</summary>
    public IReadOnlyList<string> Head { get; }

    /// <summary>The mapping found, such as "person ← 身份证号". Values of several columns of one field are joined by "-".</summary>
    public IReadOnlyList<string> Found => [.. _columns.Select(column => $"{column.Key} ← "
        + $"{string.Join(" + ", column.Value.Select(index => Head[index]))}")];

    public IReadOnlyList<string> Unused =>
        [.. Head.Where((name, index) => name.Length > 0 && !_columns.Values.Any(columns => columns.Contains(index)))];

    /// <summary>Finds the columns.</summary>
    /// <param name="told">Columns given by field, such as person=证件号码, or household=楼+单元+室.</param>
    /// <exception cref="HostFault">A given column does not exist, or person and household cannot be found.</exception>
    public static RosterColumns Find(string path, IReadOnlyList<string> head, IReadOnlyList<string> told)
    {
        ArgumentNullException.ThrowIfNull(told);
        var columns = new RosterColumns(head);
        foreach (var entry in told)
        {
            columns.Take(entry);
        }

        var plain = head.Select(Plain).ToList();
        foreach (var (field, names) in s_names)
        {
            var at = plain.FindIndex(names.Contains);
            if (at >= 0)
            {
                columns._columns.TryAdd(field, [at]);
            }
        }

        return columns._columns.ContainsKey("person") && columns._columns.ContainsKey("household") ? columns
            : throw new HostFault("roster-columns", ExitCode.Usage,
            $"{path} has the columns {string.Join(", ", head)}: which are person and household? Name them, for example --column person=ID "
                + "--column household=Door",
            $"{path} 的列为 {string.Join("、", head)}：哪些是人员与户？请指明，例如 --column person=证件号 --column household=楼+室");
    }

    /// <summary>Whether the table has a column of a field.</summary>
    public bool Has(string field) => _columns.ContainsKey(field);

    /// <summary>A row's text for a field; empty if there is no such column.</summary>
    public string Of(IReadOnlyList<string> cells, string field)
    {
        return _columns.TryGetValue(field, out var columns)
            ? string.Join('-', columns.Select(column => column < cells.Count ? cells[column] : "").Where(text => text.Length > 0)) : "";
    }

    private void Take(string entry)
    {
        var parts = entry.Split('=', 2);
        if (parts.Length != 2 || !s_names.ContainsKey(parts[0]))
        {
            throw new HostFault("roster-columns", ExitCode.Usage,
                $"--column '{entry}' is not in the form person=ID; fields are {string.Join(", ", Fields)}",
                $"--column '{entry}' 应如 person=证件号；字段有 {string.Join("、", Fields)}");
        }

        _columns[parts[0]] = [.. parts[1].Split('+')
            .Select(name => Head.ToList().FindIndex(head => head.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)) is var at and >= 0
            ? at
            : throw new HostFault("roster-columns", ExitCode.Usage,
                $"--column '{entry}': no column '{name}' among {string.Join(", ", Head)}",
                $"--column '{entry}'：没有列 '{name}'，现有 {string.Join("、", Head)}"))];
    }

    private static string Plain(string name) =>
        string.Concat(name.ToLowerInvariant().Where(letter => letter is not (' ' or '_' or '-' or '*' or '　' or ':' or '：')));
}
