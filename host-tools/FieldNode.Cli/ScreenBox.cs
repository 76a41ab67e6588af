using FieldNode.Core.Screens;
using FieldNode.Simulator.Panel;
using Spectre.Console;

namespace FieldNode.Cli;

/// <summary>Draws an OLED screen in a terminal. Kinds differ by text and border; colour is only an extra.</summary>
internal static class ScreenBox
{
    public static byte Language => Say.IsChinese ? ScreenWords.Chinese : ScreenWords.English;

    public static Panel Draw(string[] lines, byte kind)
    {
        var text = string.Join('\n', lines);
        return new Panel(new Text(text))
        {
            Width = ScreenText.Columns + 4,
            Border = kind is ScreenKind.Refused or ScreenKind.Fault ? BoxBorder.Double : kind == ScreenKind.Full ? BoxBorder.Heavy
                : BoxBorder.Rounded,
            BorderStyle = new Style(kind switch
            {
                ScreenKind.Refused or ScreenKind.Fault => Color.Red,
                ScreenKind.Full => Color.Yellow,
                ScreenKind.Confirmed => Color.Green,
                _ => Color.Grey,
            }),
        };
    }
}
