using System.Globalization;
using System.Text;
using FieldNode.Log;
using FieldNode.Log.Merge;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers;

/// <summary>Turns a coordinator's choice about a doubt into decisions in the host's own log.</summary>
public sealed class Settlement(HostStore store, TimeProvider time)
{
    public const string Accept = "accept";
    public const string Keep = "keep";
    public const string Strike = "strike";
    public const string At = "time";

    public static IReadOnlyList<string> Choices { get; } = [Accept, Keep, Strike, At];

    /// <summary>Settles a doubt.</summary>
    /// <param name="value">For keep: the variant. For strike: the record. For time: when the records were made.</param>
    /// <exception cref="HostFault">There is no such open doubt, or the choice does not apply to it.</exception>
    public void Settle(string doubtId, string choice, string? value, string who, string note)
    {
        ArgumentNullException.ThrowIfNull(doubtId);
        var doubts = new DoubtsAnswer(store, Fleet.Read(store));
        var doubt = doubts.List([doubtId.Split(':')[0]]).FirstOrDefault(doubt => doubt.Id == doubtId)
            ?? throw new HostFault("unknown-doubt", ExitCode.Usage, $"no open doubt '{doubtId}': list them with fieldnode doubts",
                $"没有未决的疑点 '{doubtId}'：见 fieldnode doubts");
        Append([.. Decide(doubt, choice, value)], who, note);
    }

    /// <summary>Marks each filling of a tube as positive. Returns the number of fillings, including those already marked.</summary>
    public int MarkPositive(IReadOnlyList<TracedTube> tubes, string who, string note)
    {
        ArgumentNullException.ThrowIfNull(tubes);
        Append([.. tubes.Where(tube => tube.Positive.Length == 0).Select(tube => About(RecordId.Parse(tube.Record), Decided.Positive, 0))],
            who, note);
        return tubes.Count;
    }

    /// <summary>Undoes a decision of this host. The record of the decision and the record that undoes it both stay in the log.</summary>
    /// <exception cref="HostFault">It is not a decision of this host since its setup or restore.</exception>
    public void TakeBack(string decision)
    {
        var id = RecordId.Parse(decision);
        if (id.Node != HostNode.FromHost(store.HostId) || id.Epoch != OwnEpoch() || !new DoubtsAnswer(store, Fleet.Read(store)).Decisions()
            .Any(row => row.Id == id.ToString()))
        {
            throw new HostFault("unknown-decision", ExitCode.Usage,
                $"'{decision}' is not a decision of this host since its setup or restore: list them with fieldnode doubts --decided",
                $"'{decision}' 不是本主机建立或恢复之后的决定：见 fieldnode doubts --decided");
        }

        new HostLog(store, time).Append([new Undone { Sequence = id.Sequence }]);
    }

    private uint OwnEpoch()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return HostLog.EpochOf(connection);
        });
    }

    private static IEnumerable<Decided> Decide(Doubt doubt, string choice, string? value)
    {
        var about = doubt.Id[(doubt.Id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        switch (doubt.Kind, choice)
        {
            case (DoubtKind.Conflict, Keep) when value is not null
                && doubt.Evidence.Any(evidence => evidence.Variant.Equals(value, StringComparison.OrdinalIgnoreCase)):
                return [About(RecordId.Parse(about), Decided.Keep,
                    uint.Parse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
            case (DoubtKind.Unreadable, Accept or Strike):
                return doubt.Evidence.Select(evidence =>
                    About(RecordId.Parse(evidence.Record), choice == Accept ? Decided.Keep : Decided.Strike, 0));
            case (DoubtKind.Conflict, Strike):
                return [About(RecordId.Parse(about), Decided.Strike, 0)];
            case (DoubtKind.Conflict or DoubtKind.Clock or DoubtKind.Lane, Accept):
                return [About(RecordId.Parse(about), Decided.Keep, 0)];
            case (DoubtKind.Clone, Accept):
                return [About(RecordId.Parse(doubt.Evidence[0].Record), Decided.CloneAccepted, 0)];
            case (DoubtKind.Gap or DoubtKind.Image, Accept):
                var dash = about.LastIndexOf('-');
                return [About(RecordId.Parse(about[..dash]), doubt.Kind == DoubtKind.Gap ? Decided.GapAccepted : Decided.ImageAccepted,
                    ulong.Parse(about[(dash + 1)..], CultureInfo.InvariantCulture))];
            case (DoubtKind.Clock, At) when DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal,
                out var at) && at > DateTimeOffset.UnixEpoch:
                return [About(RecordId.Parse(about), Decided.MadeAt, (ulong)at.ToUnixTimeMilliseconds())];
            case (DoubtKind.Twice or DoubtKind.Tube or DoubtKind.Packed or DoubtKind.Bag, Strike) when doubt.Evidence.Any(evidence =>
                evidence.Record == value):
                return [About(RecordId.Parse(value!), Decided.Strike, 0)];
            case (DoubtKind.Twice or DoubtKind.Tube or DoubtKind.Packed or DoubtKind.Bag, Accept):
                return doubt.Evidence.Select(evidence => About(RecordId.Parse(evidence.Record), Decided.Keep, 0));
            default:
                throw Unfit(doubt, choice, value);
        }
    }

    private static HostFault Unfit(Doubt doubt, string choice, string? value)
    {
        var accepted = doubt.Kind switch
        {
            DoubtKind.Conflict => $"keep {string.Join('|', doubt.Evidence.Select(evidence => evidence.Variant))}, strike, accept",
            DoubtKind.Clock => "time 2021-11-07T06:40, accept",
            DoubtKind.Gap or DoubtKind.Clone or DoubtKind.Image or DoubtKind.Lane => "accept",
            DoubtKind.Unreadable => "strike, accept",
            _ => $"strike {string.Join('|', doubt.Evidence.Select(evidence => evidence.Record))}, accept",
        };
        return new HostFault("bad-choice", ExitCode.Usage, $"'{$"{choice} {value}".Trim()}' does not settle {doubt.Id}: use {accepted}",
            $"'{$"{choice} {value}".Trim()}' 不能了结 {doubt.Id}：可用 {accepted}");
    }

    private static Decided About(RecordId id, byte what, ulong value) =>
        new() { What = what, NodeId = id.Node, Epoch = id.Epoch, Sequence = id.Sequence, Value = value };

    private void Append(List<Decided> decisions, string who, string note)
    {
        foreach (var decision in decisions)
        {
            decision.UtcMs = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
            decision.Who = Bytes(who, Decided.WhoBytesMax, "who");
            decision.Note = Bytes(note, Decided.NoteBytesMax, "note");
        }

        if (decisions.Count > 0)
        {
            new HostLog(store, time).Append(decisions);
        }
    }

    private static byte[] Bytes(string text, int max, string what)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= max ? bytes : throw new HostFault("value-too-long", ExitCode.Usage, $"--{what} has {bytes.Length} bytes: "
            + $"at most {max}", $"--{what} 有 {bytes.Length} 字节：最多 {max}");
    }
}
