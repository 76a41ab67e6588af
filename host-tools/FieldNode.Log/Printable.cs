using System.Globalization;

namespace FieldNode.Log;

/// <summary>
/// Makes external text safe to show to a person: a node's name, a lane, a note or a record may contain characters that move a terminal's
/// cursor, set its clipboard, start a new line, or change the reading direction (ECMA-48, control functions; Unicode UAX #9, directional
/// formatting).
/// </summary>
public static class Printable
{
    private const char Replacement = '\uFFFD';

    /// <summary>The text with U+FFFD in place of each invisible character.</summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Is(text) ? text : string.Create(text.Length, text, static (target, source) => Replace(target, source));
    }

    /// <summary>As <see cref="Escape"/>, for a message of several lines.</summary>
    public static string Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Escape));
    }

    /// <summary>True if every character is visible.</summary>
    public static bool Is(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return !text.Any(IsHidden);
    }

    private static bool IsHidden(char letter)
    {
        return CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
    }

    private static void Replace(Span<char> target, string source)
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = IsHidden(source[i]) ? Replacement : source[i];
        }
    }
}
