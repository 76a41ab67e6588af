using System.Text;
using FieldNode.Core.Screens;
using FieldNode.Protocol;

namespace FieldNode.Simulator.Panel;

/// <summary>The screen as six lines of text, for a terminal: the same facts in the same words as on the OLED.</summary>
public static class ScreenText
{
    public const int Columns = 24;
    public const int Lines = 5;

    public static string[] Render(Screen screen, byte language)
    {
        ArgumentNullException.ThrowIfNull(screen);
        string Word(int word) => ScreenWords.Of(word, language);
        var code = Encoding.ASCII.GetString(screen.Code, 0, screen.CodeCount).Replace('~', '…');
        var group = screen.Kind == ScreenKind.Ready ? Word(ScreenWords.ScanTube) : $"[{screen.Group}/{screen.GroupSize}]";
        var troubleWord = screen.NearlyFull ? ScreenWords.NearlyFull : ScreenWords.HostTrouble(screen.HostState);
        var trouble = troubleWord < 0 ? "" : Word(troubleWord);
        var link = screen.LinkUp ? "↑" : "✗";
        var happened = screen.Kind switch
        {
            ScreenKind.Confirmed => $"✓ {code}",
            ScreenKind.Full => $"✓ {Word(ScreenWords.Full)} · {Word(ScreenWords.Seal)}",
            ScreenKind.Refused => $"✗ {ScreenWords.OfRefusal(screen.Refusal, language)}",
            ScreenKind.Undone => $"↶ {Word(ScreenWords.Undone)}",
            ScreenKind.Message => $"! {Word(screen.Message == Reply.MessageTubeElsewhere ? ScreenWords.TubeElsewhere : ScreenWords.AlreadySampled)} {Word(ScreenWords.LaneWord)} {Encoding.UTF8.GetString(screen.Note, 0, screen.NoteCount)}",
            ScreenKind.Fault => $"✗ {Word(ScreenWords.FlashFault)}",
            _ => screen.CodeCount > 0 ? $"…{code}" : "",
        };
        var training = screen.Training ? Word(ScreenWords.Training) + " " : "";
        return
        [
            $"{training}{Encoding.UTF8.GetString(screen.Lane)} {trouble}".TrimEnd(),
            group,
            happened,
            $"{Word(ScreenWords.Queue)} {screen.Queue}  {Word(ScreenWords.Done)} {screen.Done}",
            $"{Word(ScreenWords.Unsent)} {screen.Unsent} {link}",
        ];
    }
}
