using FieldNode.Answers.Facts;
using FieldNode.Log;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace FieldNode.Cli.Verbs;

/// <summary>Prints answers: tables for people, JSON for scripts.</summary>
internal static class Present
{
    private static readonly JsonSerializerOptions s_json =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints one JSON value on one line, with names in lower camel case and Chinese unescaped.</summary>
    public static void Json<T>(T answer)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(answer, s_json));
    }

    /// <summary>Prints a table, or nothing if it has no rows.</summary>
    public static void Table(string title, string[] columns, IEnumerable<string[]> rows)
    {
        var lines = rows.ToList();
        if (lines.Count == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        if (title.Length > 0)
        {
            table.Title = new TableTitle(Cell(title));
        }

        foreach (var column in columns)
        {
            table.AddColumn(Cell(column));
        }

        foreach (var line in lines)
        {
            table.AddRow(Array.ConvertAll(line, Cell));
        }

        Terminal.Output.Write(table);
    }

    /// <summary>Prints a line of text to standard output, as data.</summary>
    public static void Line(string text) => Console.Out.WriteLine(Printable.Escape(text));

    private static string Cell(string text) => Markup.Escape(Printable.Escape(text));

    /// <summary>A time in the local time zone; its bounds (≥, ≤) if it is not exact.</summary>
    public static string Time(ResolvedTime time)
    {
        return time.At is { } at ? Time(at) : time.From is null && time.To is null ? ""
            : $"{(time.From is { } from ? "≥ " + Time(from) : "")} {(time.To is { } to ? "≤ " + Time(to) : "")}".Trim();
    }

    public static string Time(DateTimeOffset? time) => time is { } at ? at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss") : "";

    public static string Share(int part, int whole) => whole == 0 ? "" : $"{100d * part / whole:F1} %";
}
