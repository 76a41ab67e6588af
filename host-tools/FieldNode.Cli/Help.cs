namespace FieldNode.Cli;

/// <summary>What the tool says of its verbs and options: help.en.txt and help.zh.txt, a line with <c># </c> and the verb before each
/// text.</summary>
internal static class Help
{
    private const string Heading = "# ";

    private static readonly Lazy<Dictionary<string, string>> s_english = new(() => Read("en"));
    private static readonly Lazy<Dictionary<string, string>> s_chinese = new(() => Read("zh"));

    /// <summary>The text for a verb, or for a verb's option or argument, in the language that was chosen.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static string Of(string what) => (Say.IsChinese ? s_chinese : s_english).Value[what];

    private static Dictionary<string, string> Read(string language)
    {
        using var stream = typeof(Help).Assembly.GetManifestResourceStream($"help.{language}.txt")!;
        using var reader = new StreamReader(stream);
        return ("\n" + reader.ReadToEnd()).Split("\n" + Heading, StringSplitOptions.RemoveEmptyEntries)
            .Select(text => text.Split('\n', 2)).ToDictionary(text => text[0], text => text[1].Trim());
    }
}
