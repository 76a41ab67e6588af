using FieldNode.Answers.Sightings;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>People of an epoch with the same values, who are counted together.</summary>
/// <param name="Hour">Hours since 1970, or <see cref="Unknown"/>.</param>
internal readonly record struct TallyKey(string Site, int Round, byte Category, string LaneKind, int Hour)
{
    public const int Unknown = -1;
}

/// <summary>An epoch that a transaction changes.</summary>
/// <param name="version">Version of its projection before the change.</param>
/// <param name="rebuilt">The version at which it was last rebuilt.</param>
internal sealed class TouchedEpoch(ulong node, uint epoch, long version, long rebuilt, EpochFold fold,
    Dictionary<(int Kind, uint Sequence), string> facts)
{
    private const long HourMs = 3_600_000;

    public ulong Node { get; } = node;

    public uint Epoch { get; } = epoch;

    public long Version { get; set; } = version;

    public long Rebuilt { get; set; } = rebuilt;

    public EpochFold Fold { get; set; } = fold;

    public Dictionary<(int Kind, uint Sequence), string> Facts { get; set; } = facts;

    /// <summary>The fold is no longer valid, for example because of out-of-order records: the epoch is rebuilt.</summary>
    public bool IsOutOfOrder { get; set; }

    /// <summary>The chains under which its records were opened until now; null if no other chains have become known.</summary>
    public EpochSeals? SealsBefore { get; set; }

    /// <summary>Hours of earlier people became known.</summary>
    public bool IsRetimed { get; set; }

    /// <summary>Changes to the sighting index, in order.</summary>
    public List<(SeenAct Act, SeenCode Code)> Seen { get; } = [];

    /// <summary>For each entry of <see cref="Seen"/>, once applied: the node of another sighting at that moment; null if none, or if this
    /// sighting was not new.</summary>
    public ulong?[] Others { get; set; } = [];

    /// <summary>Changes to the counts.</summary>
    public Dictionary<TallyKey, int> Tallies { get; } = [];

    /// <summary>Unreadable records, and whether their key is missing; null if the record no longer counts as unreadable. The last change
    /// for a record applies.</summary>
    public Dictionary<uint, bool?> Unreadable { get; } = [];

    /// <summary>Notes a change to the index. Returns its index in <see cref="Others"/>.</summary>
    public int Note(SeenAct act, SeenCode code)
    {
        Seen.Add((act, code));
        return Seen.Count - 1;
    }

    /// <summary>Counts a record's person, if it holds one who counts.</summary>
    public void Tally(uint sequence, uint ticks, RecordContent content, int people)
    {
        if (content is not PersonSampled { Training: false, CodeCount: > 0 } person)
        {
            return;
        }

        var place = Fold.PlaceOf(sequence, person.Place).Kind;
        var at = Fold.TimeOf(sequence, ticks).At;
        var key = new TallyKey(Fold.SiteOf(sequence), person.Round, person.Category, place.Length > 0 ? place : person.Green ? "green"
            : "fixed", at is { } time ? (int)(time.ToUnixTimeMilliseconds() / HourMs) : TallyKey.Unknown);
        Tallies[key] = Tallies.GetValueOrDefault(key) + people;
    }

    /// <summary>The sighting in a record; null if it contains no code or is training.</summary>
    public SeenCode? SightingOf(uint sequence, RecordContent content)
    {
        ushort? round = content switch
        {
            PersonSampled { Training: false, Kind: not PersonSampled.KindNoPapers, CodeCount: > 0 } person => person.Round,
            TubeOpened { Training: false } tube => tube.Round,
            BagOpened { Training: false } bag => bag.Round,
            TurnedAway { Training: false, CodeCount: > 0 } turned => turned.Round,
            // a tube is packed into one bag ever, and a place is visited in each round: both without a round
            TubePacked or PlaceOpened { Training: false } => 0,
            _ => null,
        };
        if (round is null)
        {
            return null;
        }

        var (code, text) = Fold.Seals.KeyOf(sequence, (CodeContent)content);
        return new SeenCode(new Sighting(new SeenKey(code, content.Type, round.Value), (long)Node, Epoch, sequence), text);
    }
}
