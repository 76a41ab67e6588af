using System.Text.RegularExpressions;

namespace FieldNode.Log.Database;

/// <summary>The tables of a database, from the SQL file beside this one: sqlite.sql or postgres.sql.</summary>
internal sealed partial class Schema
{
    /// <summary>The current schema version; a store of a later version is refused.</summary>
    public const int Version = 14;

    private readonly ILookup<string, string> _statements;

    private Schema(string text)
    {
        All = text;
        _statements = text.Split(";\n").Select(statement => (Of: Made().Match(statement), Text: statement + ";\n"))
            .Where(statement => statement.Of.Success).ToLookup(statement => statement.Of.Groups["of"].Value, statement => statement.Text);
    }

    /// <summary>SQL that creates all tables.</summary>
    public string All { get; }

    public static Schema Load(string file)
    {
        using var stream = typeof(Schema).Assembly.GetManifestResourceStream($"FieldNode.Log.Database.{file}")!;
        using var reader = new StreamReader(stream);
        return new Schema(reader.ReadToEnd());
    }

    /// <summary>Replaces table names in braces with the SQL that creates these tables.</summary>
    public string Fill(string sql) => Names().Replace(sql, match => string.Concat(match.Groups[1].Value.Split(' ').SelectMany(
        name => _statements[name])));

    // A table, a view, or an index of a table.
    [GeneratedRegex(@"^CREATE (TABLE|VIEW|(UNIQUE )?INDEX \w+ ON) (?<of>\w+)", RegexOptions.Multiline)]
    private static partial Regex Made();

    [GeneratedRegex(@"\{([a-z_ ]+)\}")]
    private static partial Regex Names();
}
