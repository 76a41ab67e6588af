using FieldNode.Core.Log;
using FieldNode.Core.Screens;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Tests.Support;

/// <summary>A sample screen: its name, when it is shown, and the screen itself.</summary>
internal sealed record ScreenSample(string Name, string When, Screen Screen);

/// <summary>Every screen that a node can show, with realistic values.</summary>
internal static class ScreenSamples
{
    private const string Person = "11010519491231002X";

    public static IReadOnlyList<ScreenSample> All() =>
    [
        Sample("ready", "no tube is open: how the lane stands, and what to scan", ScreenKind.Ready,
            s => { s.Pace = 167; s.WaitMinutes = 8; }),
        Sample("lane", "a tube takes people", ScreenKind.Lane, s => Tube(s, 7)),
        Sample("lane-two-digits", "twelve of twenty", ScreenKind.Lane,
            s => { Tube(s, 12); s.GroupSize = 20; s.Queue = 223; s.Done = 1470; s.Unsent = 1204; s.LinkUp = false; }),
        Sample("lane-green", "a green lane, locked to a category", ScreenKind.Lane,
            s => { Tube(s, 3); s.Green = true; s.Category = Category.Elder; }),
        Sample("lane-next", "a category for the next person only", ScreenKind.Lane,
            s => { Tube(s, 3); s.NextCategory = Category.Pregnant; }),
        Sample("lane-home", "people of a household go into the tube", ScreenKind.Lane,
            s => { Tube(s, 4); Place(s, PlaceOpened.Home, "3-2-1201", 2); }),
        Sample("lane-stop", "people of a vehicle's stop", ScreenKind.Lane, s => { Tube(s, 9); Place(s, PlaceOpened.Stop, "Y36", 53); }),
        Sample("lane-bag", "a bag is open beside the tube", ScreenKind.Lane, s => { Tube(s, 5); s.BagOpen = true; s.BagTubes = 14; }),
        Sample("training", "training: the head line is inverted", ScreenKind.Lane, s => { Tube(s, 2); s.Training = true; }),
        Sample("safe-mode", "safe mode: scans and stores, sends nothing", ScreenKind.Lane,
            s => { Tube(s, 2); s.SafeMode = true; s.LinkUp = false; }),
        Sample("confirmed", "a person is on flash", ScreenKind.Confirmed, s => { Tube(s, 8); Code(s); }),
        Sample("confirmed-household", "confirmed; the roster says who of the household is missing", ScreenKind.Confirmed,
            s => { Tube(s, 8); Code(s); s.Advice = RosterAdvice.HouseholdMissing; s.Missing = 2; }),
        Sample("confirmed-complete", "confirmed; the household is complete", ScreenKind.Confirmed,
            s => { Tube(s, 8); Code(s); s.Advice = RosterAdvice.HouseholdDone; }),
        Sample("confirmed-listed", "confirmed; on the roster, but the node cannot tell of the household: it started again in this round, "
            + "or a roster or round is new", ScreenKind.Confirmed, s => { Tube(s, 8); Code(s); s.Advice = RosterAdvice.Listed; }),
        Sample("confirmed-unlisted", "confirmed; the person is not on the roster", ScreenKind.Confirmed,
            s => { Tube(s, 8); Code(s); s.Advice = RosterAdvice.NotListed; }),
        Sample("full", "the group is full: seal the tube", ScreenKind.Full, s => Tube(s, 10)),
        Sample("refused", "a scan does not count, and why", ScreenKind.Refused, s => { Code(s); s.Refusal = Refusal.CheckDigit; }),
        Sample("log-full", "the flash is full: nothing is confirmed any more", ScreenKind.Refused,
            s => { Code(s); s.Refusal = Refusal.FlashFull; }),
        Sample("undone", "the last step was taken back", ScreenKind.Undone, s => Tube(s, 6)),
        Sample("message-person", "the host says: sampled before, at another lane", ScreenKind.Message,
            s => { s.Message = Reply.MessageAlreadySampled; Note(s, "3"); }),
        Sample("message-tube", "the host says: this tube was opened at another lane", ScreenKind.Message,
            s => { s.Message = Reply.MessageTubeElsewhere; Note(s, "3"); }),
        Sample("ask-category", "a locked category is to change: scan its card again", ScreenKind.Ask,
            s => { s.Asked = Asked.CategoryAgain; s.AskedValue = Category.Elder; }),
        Sample("ask-person", "sampled this round, says the node's own memory", ScreenKind.Ask,
            s => { Code(s); s.Asked = Asked.PersonAgain; }),
        Sample("ask-tube", "a tube that this lane did not fill is to be packed", ScreenKind.Ask,
            s => { s.SetMasked("ZZ00000015"u8.ToArray(), 0, 10); s.Asked = Asked.TubeAgain; }),
        Sample("ask-seal", "count tubes, swabs and people before sealing", ScreenKind.Ask,
            s => { s.Asked = Asked.SealAgain; s.BagTubes = 6; s.BagPeople = 58; }),
        Sample("ask-receiver", "handover: who receives scans a badge", ScreenKind.Ask,
            s => { s.Asked = Asked.ReceiverBadge; s.Bags = 2; s.BagTubes = 12; }),
        Sample("ask-fever", "a person is turned away: scan whom", ScreenKind.Ask,
            s => { s.Asked = Asked.PersonTurnedAway; s.AskedValue = TurnedAway.Temperature; }),
        Sample("ask-isolate", "a person goes to isolation: scan whom", ScreenKind.Ask,
            s => { s.Asked = Asked.PersonTurnedAway; s.AskedValue = TurnedAway.Isolation; }),
        Sample("turned-away", "the person is set aside", ScreenKind.TurnedAway, s => { Code(s); s.Value = TurnedAway.Temperature; }),
        Sample("mode-size", "people per tube", ScreenKind.Mode, s => Mode(s, ModeSet.GroupSize, 5)),
        Sample("mode-round", "round", ScreenKind.Mode, s => Mode(s, ModeSet.Round, 2)),
        Sample("mode-category", "category of those that follow", ScreenKind.Mode, s => Mode(s, ModeSet.Category, Category.Child)),
        Sample("mode-next", "category of the next person", ScreenKind.Mode, s => Mode(s, ModeSet.NextCategory, Category.Pregnant)),
        Sample("mode-green", "green lane", ScreenKind.Mode, s => Mode(s, ModeSet.LaneKind, ModeSet.LaneGreen)),
        Sample("mode-training", "training begins", ScreenKind.Mode, s => Mode(s, ModeSet.Training, 1)),
        Sample("badge", "who works here from now on", ScreenKind.Mode, s => { Mode(s, 0, 0); Note(s, "zhang.san"); }),
        Sample("home-opened", "a home visit begins", ScreenKind.PlaceOpened, s => Place(s, PlaceOpened.Home, "3-2-1201", 0)),
        Sample("stop-opened", "the vehicle stops", ScreenKind.PlaceOpened, s => Place(s, PlaceOpened.Stop, "Y36", 0)),
        Sample("place-done", "household or stop is done", ScreenKind.PlaceClosed, s => s.PlacePeople = 3),
        Sample("bag-open", "a bag was opened: scan the tubes into it", ScreenKind.Bag,
            s => { s.BagOpen = true; s.SetEnd("BAG000123"u8.ToArray(), 0, 9, 3); }),
        Sample("bag", "a bag takes tubes", ScreenKind.Bag,
            s => { s.BagOpen = true; s.BagTubes = 14; s.BagPeople = 138; s.SetEnd("BAG000123"u8.ToArray(), 0, 9, 3); }),
        Sample("sealed", "the bag is sealed", ScreenKind.Sealed, s => { s.BagTubes = 14; s.BagPeople = 138; }),
        Sample("handed-over", "the bags have changed hands", ScreenKind.HandedOver, s => { s.Bags = 2; s.BagTubes = 28; }),
        Sample("called", "the next ten are called", ScreenKind.Called, s => s.Value = 10),
        Sample("pace", "pace, wait and forecast against the target", ScreenKind.Pace,
            s => { s.Pace = 167; s.WaitMinutes = 8; s.Target = 2000; s.ShiftDone = 147; s.FinishMinute = 18 * 60 + 20; }),
        Sample("score", "how a volunteer did in training", ScreenKind.Score,
            s => { s.ScorePeople = 24; s.ScorePercent = 92; s.ScorePerHour = 160; }),
        Sample("tube-age", "the oldest tube is over three hours old", ScreenKind.Ready, s => s.TubeAgeMinutes = 185),
        Sample("tube-too-old", "the oldest tube is over four hours old", ScreenKind.Ready, s => s.TubeAgeMinutes = 251),
        Sample("nearly-full", "the flash is nearly full", ScreenKind.Lane, s => { Tube(s, 7); s.NearlyFull = true; }),
        Sample("host-refuses", "the host does not want this node", ScreenKind.Lane, s => { Tube(s, 7); s.HostState = PartState.Refused; }),
        Sample("battery-low", "charge or swap the battery", ScreenKind.Lane,
            s => { Tube(s, 7); s.TroublePart = NodePart.Battery; s.TroubleState = PartState.Low; }),
        Sample("scanner-failed", "a part does not answer", ScreenKind.Lane,
            s => { Tube(s, 7); s.TroublePart = NodePart.Scanner; s.TroubleState = PartState.Failed; }),
        Sample("fault", "the flash cannot be used", ScreenKind.Fault, s => s.LogResult = LogResult.Fault),
        Sample("other-log", "the flash holds another node's log", ScreenKind.Fault, s => s.LogResult = LogResult.OtherNode),
        Sample("self-test", "how each part stands; free memory", ScreenKind.SelfTest,
            s => { s.HeapKilobytes = 3702; for (var i = 0; i < s.Parts.Length; i++) { s.Parts[i] = (byte)(i == NodePart.Wifi
            ? PartState.Failed : i == NodePart.Scanner ? PartState.Unknown : PartState.Ok); } }),
        Sample("enrolment", "a new node waits for its card", ScreenKind.Enrol, s => { s.CardParts = 3; s.CardPartsRead = 1; }),
        Sample("card-read", "the card was read whole", ScreenKind.CardRead, s => Note(s, "L2")),
    ];

    private static ScreenSample Sample(string name, string when, byte kind, Action<Screen> set)
    {
        var screen = new Screen
        {
            Kind = kind,
            Lane = "L2"u8.ToArray(),
            GroupSize = 10,
            Queue = 23,
            Done = 147,
            Unsent = 12,
            LinkUp = true,
            ClockMinute = 14 * 60 + 5,
            BatteryLevel = 2
        };
        set(screen);
        return new ScreenSample(name, when, screen);
    }

    private static void Tube(Screen screen, int people)
    {
        screen.Group = people;
        screen.SetEnd("ZZ00000015"u8.ToArray(), 0, 10, 6);
    }

    private static void Code(Screen screen) => screen.SetMasked(System.Text.Encoding.ASCII.GetBytes(Person), 0, Person.Length);

    private static void Note(Screen screen, string text)
    {
        screen.NoteCount = System.Text.Encoding.UTF8.GetBytes(text, screen.Note);
    }

    private static void Mode(Screen screen, byte mode, int value)
    {
        screen.Mode = mode;
        screen.Value = value;
    }

    private static void Place(Screen screen, byte kind, string code, uint people)
    {
        screen.PlaceKind = kind;
        screen.PlaceCodeCount = System.Text.Encoding.ASCII.GetBytes(code, screen.PlaceCode);
        screen.PlacePeople = people;
    }
}
