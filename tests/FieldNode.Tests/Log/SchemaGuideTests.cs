using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FieldNode.Host.Operations;
using FieldNode.Log.Database;
using FieldNode.Tests.Page;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>
/// docs/schema.md is generated from the schema; its queries are run in both databases. FIELDNODE_WRITE_PICTURES=1 writes it.
/// </summary>
public sealed partial class SchemaGuideTests
{
    private const int RowsShown = 12;

    private static readonly string s_path = Path.Combine(Repository.Root, "docs", "schema.md");

    [Fact]
    public async Task Every_table_and_column_stands_in_the_guide_with_its_words()
    {
        var rooms = Read("sqlite.sql");
        Assert.All(rooms.SelectMany(room => room.Tables), table =>
        {
            Assert.False(table.Words.Length == 0, $"{table.Name} has no comment");
            Assert.All(table.Columns, column => Assert.False(column.Words.Length == 0, $"{table.Name}.{column.Name} has no comment"));
        });
        var wanted = Between(Between(await File.ReadAllTextAsync(s_path, TestContext.Current.CancellationToken), "picture", Picture(rooms)),
            "tables", Tables(rooms));
        await Same(wanted);
    }

    [Fact]
    public async Task Each_question_is_answered_alike_by_both_databases()
    {
        await using var day = new PageDay();
        await day.InitializeAsync();
        var page = await File.ReadAllTextAsync(s_path, TestContext.Current.CancellationToken);
        var questions = Question().Matches(page).Select(match => match.Groups["sql"].Value).ToList();
        Assert.Equal(10, questions.Count);
        using var here = day.Store.Connect();
        var answers = questions.ToDictionary(sql => sql, sql => Answer(here, sql));
        await Same(Question().Replace(page,
            match => $"```sql\n{match.Groups["sql"].Value}```\n\n```text\n{answers[match.Groups["sql"].Value]}\n```\n"));

        using var directory = new TemporaryDirectory();
        var address = Stores.Postgres.AddressOf(directory.File("moved"));
        new StoreMove(Path.GetDirectoryName(day.Store.Path)!, address).Run(cancel: TestContext.Current.CancellationToken);
        using var there = new PostgresEngine(PostgresAddress.Parse(address)).Connect();
        Assert.All(answers, answer => Assert.Equal(answer.Value, Answer(there, answer.Key)));
    }

    [Fact]
    public void Both_databases_have_the_same_tables_and_columns()
    {
        static Dictionary<string, string> Columns(string file) => Read(file).SelectMany(room => room.Tables)
            .ToDictionary(table => table.Name, table => string.Join(", ", table.Columns.Select(column => $"{column.Name} {column.Type}")));
        var here = Columns("sqlite.sql");
        here.Remove("sightings_pending");

        Assert.Equal(here, Columns("postgres.sql"));
    }

    private static async Task Same(string wanted)
    {
        if (Environment.GetEnvironmentVariable("FIELDNODE_WRITE_PICTURES") == "1")
        {
            await File.WriteAllTextAsync(s_path, wanted, TestContext.Current.CancellationToken);
        }

        Assert.Equal(wanted, await File.ReadAllTextAsync(s_path, TestContext.Current.CancellationToken));
    }

    private static List<Room> Read(string file)
    {
        var rooms = new List<Room>();
        var words = new StringBuilder();
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "host-tools/FieldNode.Log/Database", file)))
        {
            if (Heading().Match(line) is { Success: true } heading)
            {
                rooms.Add(new Room(heading.Groups[1].Value, []));
            }
            else if (Column().Match(line) is { Success: true } column)
            {
                var type = column.Groups["type"].Value.ToUpperInvariant().Replace("BIGINT", "INTEGER", StringComparison.Ordinal)
                    .Replace("BYTEA", "BLOB", StringComparison.Ordinal);
                rooms[^1].Tables[^1].Columns.Add(new Named(column.Groups["name"].Value, type, column.Groups["words"].Value,
                    column.Groups["rest"].Value.Contains("PRIMARY KEY", StringComparison.Ordinal)));
            }
            else if (Table().Match(line) is { Success: true } table)
            {
                rooms[^1].Tables.Add(new TableOf(table.Groups[1].Value, words.ToString().Trim(), []));
            }
            else if (Key().Match(line) is { Success: true } key)
            {
                rooms[^1].Tables[^1].MarkKey(key.Groups[1].Value.Split(", "));
            }

            words = line.StartsWith("-- ", StringComparison.Ordinal) ? words.Append(line.AsSpan(2)) : new StringBuilder();
        }

        return rooms;
    }

    // Tables are linked by their owner's key columns: a table with the columns node and epoch belongs to epochs, and so on.
    private static string Picture(List<Room> rooms)
    {
        (string Of, string[] By)[] owners = [("epochs", ["node", "epoch"]), ("nodes", ["node"]), ("buildings", ["site", "building"]),
            ("rosters", ["site"]), ("accounts", ["account"])];
        var tables = rooms.SelectMany(room => room.Tables).ToList();
        var text = new StringBuilder("```mermaid\nerDiagram\n    direction LR\n");
        var drawn = new HashSet<string>();
        foreach (var table in tables)
        {
            var owner = owners.FirstOrDefault(owner => owner.Of != table.Name
                && owner.By.All(table.Columns.Select(column => column.Name).Contains)
                && !(owner.Of == "rosters" && table.Columns.Exists(column => column.Name == "node")));
            if (owner.Of is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {owner.Of} ||--o{{ {table.Name} : \"{string.Join(", ", owner.By)}\"\n");
                drawn.UnionWith([owner.Of, table.Name]);
            }
        }

        foreach (var table in tables.Where(table => drawn.Contains(table.Name)))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {table.Name} {{\n");
            var hasKey = table.Columns.Exists(column => column.IsKey);
            table.Columns.FindAll(column => column.IsKey || !hasKey).ForEach(column => text.Append(CultureInfo.InvariantCulture,
                $"        {column.Type} {column.Name}\n"));
            text.Append("    }\n");
        }

        return text.Append("```").ToString();
    }

    private static string Tables(List<Room> rooms)
    {
        var text = new StringBuilder();
        foreach (var room in rooms)
        {
            text.Append(CultureInfo.InvariantCulture, $"### {room.Words}\n\n");
            foreach (var table in room.Tables)
            {
                text.Append(Markdown.Wrap($"**{table.Name}** {table.Words}")).Append("\n\n| column | | |\n|---|---|---|\n");
                table.Columns.ForEach(column => text.Append(CultureInfo.InvariantCulture,
                    $"| `{column.Name}` | {column.Type}{(column.IsKey ? ", key" : "")} | {column.Words} |\n"));
                text.Append('\n');
            }
        }

        return text.ToString().TrimEnd();
    }

    private static string Between(string page, string name, string text) =>
        Regex.Replace(page, $"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)",
        _ => text + "\n", RegexOptions.Singleline);

    private static string Answer(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // SQL from the page
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        List<string[]> rows = [[.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)]];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader[i], CultureInfo.InvariantCulture)!)]);
        }

        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToList();
        var lines = rows.Take(RowsShown + 1).Select(row => string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        return string.Join('\n', rows.Count > RowsShown + 1 ? lines.Append("…") : lines);
    }

    [GeneratedRegex("^-- # (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^CREATE TABLE (\w+) \($")]
    private static partial Regex Table();

    [GeneratedRegex(@"^    (?<name>[a-z_]+) (?<type>INTEGER|TEXT|BLOB|bigint|text|bytea)(?<rest>.*?),?(?: *-- (?<words>.*))?$")]
    private static partial Regex Column();

    [GeneratedRegex(@"^    PRIMARY KEY \((.+)\)$")]
    private static partial Regex Key();

    [GeneratedRegex(@"```sql\n(?<sql>.*?)```\n(?:\n```text\n.*?```\n)?", RegexOptions.Singleline)]
    private static partial Regex Question();

    private sealed record Room(string Words, List<TableOf> Tables);

    private sealed record TableOf(string Name, string Words, List<Named> Columns)
    {
        public void MarkKey(string[] names)
        {
            for (var i = 0; i < Columns.Count; i++)
            {
                Columns[i] = Columns[i] with { IsKey = names.Contains(Columns[i].Name) };
            }
        }
    }

    private sealed record Named(string Name, string Type, string Words, bool IsKey);
}
