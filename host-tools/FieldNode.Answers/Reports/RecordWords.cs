using System.Text;
using FieldNode.Log;
using FieldNode.Log.Keys;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Reports;

/// <summary>A record as readable text.</summary>
public sealed record RecordText(uint Ticks, string Type, string Text);

/// <summary>Describes records in words, for inspect. Unknown types and contents are shown as hexadecimal bytes.</summary>
public static class RecordWords
{
    /// <summary>Describes a frame. People's codes are masked; sealed codes cannot be read.</summary>
    public static RecordText Describe(ArraySegment<byte> frame, bool isSealed)
    {
        var bytes = frame.Array!;
        var type = Frame.Type(bytes, frame.Offset);
        var ticks = Frame.Ticks(bytes, frame.Offset);
        var count = Frame.ContentCount(bytes, frame.Offset);
        var content = frame.Offset + Frame.HeadBytes;
        var known = Known(type);
        if (known is not null && known.TryRead(bytes, content, count))
        {
            return new RecordText(ticks, Name(type), Printable.Escape(Words(known, isSealed)));
        }

        return new RecordText(ticks, Name(type), Convert.ToHexString(bytes, content, count));
    }

    private static RecordContent? Known(byte type)
    {
        return RecordContents.All().FirstOrDefault(content => content.Type == type);
    }

    /// <summary>The name of a record type, as in inspect and events.</summary>
    public static string Name(byte type)
    {
        return type switch
        {
            RecordType.Booted => "booted",
            RecordType.ClockSet => "clock-set",
            RecordType.ModeSet => "mode-set",
            RecordType.OperatorSet => "operator-set",
            RecordType.Arrived => "arrived",
            RecordType.TubeOpened => "tube-opened",
            RecordType.PersonSampled => "person-sampled",
            RecordType.TubeClosed => "tube-closed",
            RecordType.Undone => "undone",
            RecordType.Refused => "refused",
            RecordType.Lost => "lost",
            RecordType.FlashWorn => "flash-worn",
            RecordType.PartChanged => "part-changed",
            RecordType.Faulted => "faulted",
            RecordType.Asked => "asked",
            RecordType.PlaceOpened => "place-opened",
            RecordType.PlaceClosed => "place-closed",
            RecordType.TurnedAway => "turned-away",
            RecordType.BagOpened => "bag-opened",
            RecordType.TubePacked => "tube-packed",
            RecordType.BagSealed => "bag-sealed",
            RecordType.HandedOver => "handed-over",
            RecordType.Called => "called",
            RecordType.Decided => "decided",
            _ => $"type-{type}",
        };
    }

    private static string Words(RecordContent content, bool isSealed)
    {
        return content switch
        {
            Booted booted => $"start {booted.BootCount}, lane {Encoding.UTF8.GetString(booted.Lane)}, site "
                + $"{Encoding.UTF8.GetString(booted.Site)}",
            ClockSet clock => $"{ClockText(clock.UtcMs)} ± {clock.ErrorMs} ms, {ClockSource(clock.Source)}",
            ModeSet mode => $"{ModeName(mode.Mode)} = "
                + $"{(mode.Mode is ModeSet.Category or ModeSet.NextCategory ? Category.Name(mode.Value) : mode.Value)}",
            OperatorSet badge => $"badge {Code(badge)}",
            Arrived arrived => $"{arrived.People} people",
            TubeOpened tube => $"tube {Code(tube)}, size {tube.GroupSize}, round {tube.Round}{(tube.Training ? ", training" : "")}",
            PersonSampled person =>
                $"person {(person.Kind == PersonSampled.KindNoPapers && !isSealed ? Code(person) : Masked(person, isSealed))}, "
                + $"position {person.Position} in tube #{person.Tube}, round {person.Round}, {Category.Name(person.Category)}"
                + $"{(person.Place > 0 ? $", place #{person.Place}" : "")}{(person.Green ? ", green lane" : "")}"
                + $"{(person.Warned ? ", warned" : "")}{(person.Training ? ", training" : "")}",
            TubeClosed closed => $"tube #{closed.Tube}, {closed.People} people, reason {ReasonName(closed.Reason)}",
            Undone undone => $"record #{undone.Sequence}",
            Refused refused => $"{Refusal.Name(refused.Reason)}, {refused.BytesScanned} bytes: {Masked(refused, isSealed)}",
            PartChanged part => $"{NodePart.Name(part.Part)} {PartState.Name(part.State)}{(part.Detail > 0 ? $", {part.Detail}" : "")}",
            Faulted fault => $"{Protocol.Text.FromAscii(fault.Words, 0, fault.Words.Length)} ({fault.FailedStarts} failed starts)",
            Asked asked => $"{AskedName(asked.What)}{(isSealed ? "" : AskedValue(asked))}",
            PlaceOpened place => $"{(place.Kind == PlaceOpened.Stop ? "stop" : "home")} "
                + $"{Code(place)}{(place.Training ? ", training" : "")}",
            PlaceClosed closed => $"place #{closed.Place}, {closed.People} people",
            TurnedAway turned => $"{TurnedAway.Name(turned.Reason)}, person "
                + $"{(turned.CodeCount == 0 ? "without a code" : Masked(turned, isSealed))}, round "
                + $"{turned.Round}{(turned.Training ? ", training" : "")}",
            BagOpened bag => $"bag {Code(bag)}, round {bag.Round}{(bag.Training ? ", training" : "")}",
            TubePacked packed => $"tube {Code(packed)}, "
                + $"{(packed.People == TubePacked.PeopleUnknown ? "of another lane" : $"{packed.People} people")}, in bag #{packed.Bag}",
            BagSealed bag => $"bag #{bag.Bag}, {bag.Tubes} tubes, {bag.People} people",
            HandedOver handover => $"{handover.Bags} bags, {handover.Tubes} tubes, from "
                + $"{Protocol.Text.FromAscii(handover.Giver, 0, handover.GiverCount)} to "
                + $"{Protocol.Text.FromAscii(handover.Receiver, 0, handover.ReceiverCount)}",
            Called called => $"{called.People} people",
            Decided decided => $"{Decided.Name(decided.What)} {decided.NodeId:X16}/{decided.Epoch:X8}/{decided.Sequence}, value "
                + $"{decided.Value}, by {Encoding.UTF8.GetString(decided.Who)} at {ClockText(decided.UtcMs)}: "
                + $"{Encoding.UTF8.GetString(decided.Note)}",
            FlashWorn worn => $"{worn.RetiredSectors} of {worn.Sectors} sectors retired",
            _ => "",
        };
    }

    private static string ClockSource(byte source)
    {
        return source switch
        {
            ClockSet.SourceHost => "from the host",
            ClockSet.SourceSntp => "from SNTP",
            ClockSet.SourceRtc => "from the clock chip",
            _ => $"from source {source}",
        };
    }

    private static string ClockText(ulong utcMs)
    {
        return utcMs <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)utcMs).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'")
            : $"{utcMs} ms";
    }

    private static string ModeName(byte mode)
    {
        return mode switch
        {
            ModeSet.GroupSize => "group size",
            ModeSet.Category => "category",
            ModeSet.Round => "round",
            ModeSet.Training => "training",
            ModeSet.LaneKind => "green lane",
            ModeSet.NextCategory => "category of the next person",
            ModeSet.Shift => "shift",
            ModeSet.Target => "target",
            _ => $"mode {mode}",
        };
    }

    private static string AskedValue(Asked asked)
    {
        return asked.What switch
        {
            Asked.CategoryAgain => $", {Category.Name((int)Math.Min(asked.Value, byte.MaxValue))}",
            Asked.SealAgain => $", {asked.Value} people",
            Asked.ReceiverBadge => $", {asked.Value} bags",
            Asked.PersonTurnedAway => $", {TurnedAway.Name((byte)Math.Min(asked.Value, byte.MaxValue))}",
            _ => "", // a check value means nothing to a reader
        };
    }

    private static string AskedName(byte what)
    {
        return what switch
        {
            Asked.CategoryAgain => "category card again",
            Asked.PersonAgain => "person again",
            Asked.TubeAgain => "tube again",
            Asked.SealAgain => "seal card again",
            Asked.ReceiverBadge => "receiver's badge",
            Asked.PersonTurnedAway => "person turned away",
            _ => $"asked {what}",
        };
    }

    private static string ReasonName(byte reason)
    {
        return reason switch
        {
            TubeClosed.Full => "full",
            TubeClosed.QueueEmpty => "queue-empty",
            TubeClosed.ShiftEnd => "shift-end",
            TubeClosed.PlaceDone => "place-done",
            TubeClosed.TubeDamaged => "tube-damaged",
            _ => $"{reason}",
        };
    }

    private static string Masked(CodeContent content, bool isSealed)
    {
        return content.CodeCount == 0 ? "" : isSealed ? $"sealed ({content.CodeCount} bytes)" : Vault.Mask(Code(content));
    }

    private static string Code(CodeContent content)
    {
        return Text.FromAscii(content.Code, 0, content.CodeCount);
    }
}
