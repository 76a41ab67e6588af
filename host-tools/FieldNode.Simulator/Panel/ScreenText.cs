using System.Text;
using FieldNode.Core.Screens;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Simulator.Panel;

/// <summary>The screen as five lines of text, for a terminal, with the same facts and words as on the OLED.</summary>
public static class ScreenText
{
    public const int Columns = 24;
    public const int Lines = 5;

    /// <summary>Index of the line that shows the last step.</summary>
    public const int HappenedLine = 2;

    public static string[] Render(Screen screen, byte language)
    {
        ArgumentNullException.ThrowIfNull(screen);
        string Word(int word) => ScreenWords.Word(word, language);
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
            ScreenKind.Message => "! "
                + Word(screen.Message == Reply.MessageTubeElsewhere ? ScreenWords.TubeElsewhere : ScreenWords.AlreadySampled)
                + $" {Word(ScreenWords.LaneWord)} {Encoding.UTF8.GetString(screen.Note, 0, screen.NoteCount)}",
            ScreenKind.Fault => $"✗ {Word(ScreenWords.FlashFault)}",
            ScreenKind.Ask => $"? {Question(screen, language)}",
            ScreenKind.Mode => $"✓ {Mode(screen, language)}",
            ScreenKind.PlaceOpened => $"✓ {Word(screen.PlaceKind == PlaceOpened.Home ? ScreenWords.Home : ScreenWords.Stop)} "
                + $"{Encoding.ASCII.GetString(screen.PlaceCode, 0, screen.PlaceCodeCount)}",
            ScreenKind.PlaceClosed => $"✓ {Word(ScreenWords.PlaceDone)} {screen.PlacePeople}",
            ScreenKind.Bag => $"{Word(ScreenWords.Bag)} {code} {Word(ScreenWords.Tubes)} {screen.BagTubes} {Word(ScreenWords.People)} "
                + $"{People(screen)}",
            ScreenKind.Sealed => $"✓ {Word(ScreenWords.Sealed)} {Word(ScreenWords.Tubes)} {screen.BagTubes} {Word(ScreenWords.People)} "
                + $"{People(screen)}",
            ScreenKind.HandedOver => $"✓ {Word(ScreenWords.HandedOver)} {Word(ScreenWords.Bag)} {screen.Bags} {Word(ScreenWords.Tubes)} "
                + $"{screen.BagTubes}",
            ScreenKind.TurnedAway => $"✓ {Word(ScreenWords.OfTurnedAway(screen.Value))} {code}",
            ScreenKind.Called => $"» {Word(ScreenWords.NextPeople)} {screen.Value}",
            ScreenKind.Score => $"{Word(ScreenWords.Score)} {screen.ScorePeople} · {screen.ScorePercent}% · {screen.ScorePerHour}/h",
            ScreenKind.Pace => $"{Word(ScreenWords.Pace)} {screen.Pace}/h {Word(ScreenWords.Wait)} "
                + $"{(screen.WaitMinutes < 0 ? "--" : screen.WaitMinutes)}'",
            _ => screen.CodeCount > 0 ? $"…{code}" : "",
        };
        happened = Advised(screen, happened, language);
        var training = screen.Training ? Word(ScreenWords.Training) + " " : "";
        return
        [
            $"{training}{Encoding.UTF8.GetString(screen.Lane)} {Tags(screen, language)}{trouble}".TrimEnd(),
            group,
            happened,
            $"{Word(ScreenWords.Queue)} {screen.Queue}  {Word(ScreenWords.Done)} {screen.Done}",
            $"{Word(ScreenWords.Unsent)} {screen.Unsent} {link}",
        ];
    }

    private static string Question(Screen screen, byte language)
    {
        string Word(int word) => ScreenWords.Word(word, language);
        return screen.Asked switch
        {
            Asked.CategoryAgain => $"{ScreenWords.OfCategory((int)screen.AskedValue, language)}: {Word(ScreenWords.ScanAgain)}",
            Asked.PersonAgain => $"{Word(ScreenWords.AlreadySampled)}: {Word(ScreenWords.AgainSamples)}",
            Asked.TubeAgain => $"{Word(ScreenWords.NotOurTube)}: {Word(ScreenWords.AgainPacks)}",
            Asked.SealAgain => $"{Word(ScreenWords.Tubes)} {screen.BagTubes} {Word(ScreenWords.Swabs)} {People(screen)} "
                + $"{Word(ScreenWords.People)} {People(screen)}: {Word(ScreenWords.AgainSeals)}",
            Asked.ReceiverBadge => Word(ScreenWords.ReceiverBadge),
            _ => $"{Word(ScreenWords.OfTurnedAway((int)screen.AskedValue))}: {Word(ScreenWords.ScanPerson)}",
        };
    }

    private static string Mode(Screen screen, byte language)
    {
        string Word(int word) => ScreenWords.Word(word, language);
        return screen.Mode switch
        {
            ModeSet.GroupSize => $"{Word(ScreenWords.Size)} {screen.Value}",
            ModeSet.Category => $"{Word(ScreenWords.CategoryWord)} {ScreenWords.OfCategory(screen.Value, language)}",
            ModeSet.NextCategory => $"{Word(ScreenWords.NextPerson)} {ScreenWords.OfCategory(screen.Value, language)}",
            ModeSet.Round => $"{Word(ScreenWords.Round)} {screen.Value}",
            ModeSet.Shift => $"{Word(ScreenWords.Shift)} {screen.Value}",
            ModeSet.Target => $"{Word(ScreenWords.Target)} {screen.Value}",
            ModeSet.Training => Word(ScreenWords.Training),
            ModeSet.LaneKind => Word(screen.Value == ModeSet.LaneGreen ? ScreenWords.LaneGreen : ScreenWords.LaneFixed),
            _ => $"{Word(ScreenWords.Badge)} {Encoding.UTF8.GetString(screen.Note, 0, screen.NoteCount)}",
        };
    }

    private static string Advised(Screen screen, string happened, byte language)
    {
        return screen.Kind is not ScreenKind.Confirmed ? happened : screen.Advice switch
        {
            RosterAdvice.NotListed => $"{happened} {ScreenWords.Word(ScreenWords.NotListed, language)}",
            RosterAdvice.Listed => $"{happened} {ScreenWords.Word(ScreenWords.Listed, language)}",
            RosterAdvice.HouseholdMissing => $"{happened} {ScreenWords.Word(ScreenWords.Missing, language)} {screen.Missing}",
            RosterAdvice.HouseholdDone => $"{happened} {ScreenWords.Word(ScreenWords.HomeComplete, language)}",
            _ => happened,
        };
    }

    private static string Tags(Screen screen, byte language)
    {
        var green = screen.Green ? $"[{ScreenWords.Word(ScreenWords.GreenSign, language)}] " : "";
        var isOnce = screen.NextCategory != LaneState.NoCategory;
        return isOnce ? $"{green}[1 {ScreenWords.OfCategory(screen.NextCategory, language)}] " : screen.Category != Category.General
            ? $"{green}[{ScreenWords.OfCategory(screen.Category, language)}] " : green;
    }

    private static string People(Screen screen) => $"{screen.BagPeople}{(screen.BagUnknown > 0 ? "+" : "")}";
}
