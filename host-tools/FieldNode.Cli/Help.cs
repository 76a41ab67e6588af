namespace FieldNode.Cli;

/// <summary>Help texts of verbs and options, from help.en.txt and help.zh.txt. A heading line, <c># </c> and the name, precedes each
/// text.</summary>
internal static class Help
{
    private const string Heading = "# ";

    private static readonly Lazy<Dictionary<string, string>> s_english = new(() => Read("en"));
    private static readonly Lazy<Dictionary<string, string>> s_chinese = new(() => Read("zh"));

    /// <summary>The text for a verb, or for a verb's option or argument, in the chosen language.</summary>
    /// <exception cref="KeyNotFoundException">There is no such text.</exception>
    public static string Text(string what) => (Say.IsChinese ? s_chinese : s_english).Value[what];

    private static Dictionary<string, string> Read(string language)
    {
        using var stream = typeof(Help).Assembly.GetManifestResourceStream($"help.{language}.txt")!;
        using var reader = new StreamReader(stream);
        return ("\n" + reader.ReadToEnd()).Split("\n" + Heading, StringSplitOptions.RemoveEmptyEntries)
            .Select(text => text.Split('\n', 2)).ToDictionary(text => text[0], text => text[1].Trim());
    }
}
