using System.Text;

namespace FieldNode.Tests.Support;

/// <summary>Text for the pages that tests write.</summary>
internal static class Markdown
{
    /// <summary>The widest line outside a table.</summary>
    public const int ColumnsMax = 140;

    /// <summary>Text as it is shown, in a table, too.</summary>
    public static string Escape(string text) => EscapeBar(text).Replace("<", "\\<", StringComparison.Ordinal);

    /// <summary>The same for what stands between backticks.</summary>
    public static string EscapeBar(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>Breaks a paragraph into lines.</summary>
    public static string Wrap(string paragraph)
    {
        var text = new StringBuilder();
        var column = 0;
        foreach (var word in paragraph.Split(' '))
        {
            var breaks = column > 0 && column + 1 + word.Length > ColumnsMax;
            text.Append(column == 0 ? "" : breaks ? "\n" : " ").Append(word);
            column = column == 0 || breaks ? word.Length : column + 1 + word.Length;
        }

        return text.ToString();
    }
}
