using FieldNode.Answers.Sightings;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>People of an epoch that count together.</summary>
/// <param name="Hour">Hours since 1970, or <see cref="Unknown"/>.</param>
internal readonly record struct TallyKey(string Site, int Round, byte Category, string LaneKind, int Hour)
{
    public const int Unknown = -1;
}

/// <summary>An epoch that a transaction changes.</summary>
/// <param name="version">Of its projection before the change.</param>
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

    /// <summary>Records came that are not behind the fold's last one: the fold is of no use any more.</summary>
    public bool IsOutOfOrder { get; set; }

    /// <summary>The chains that its records were opened under until now; null: no others have become known.</summary>
    public EpochSeals? SealsBefore { get; set; }

    /// <summary>Earlier people's hours are known now.</summary>
    public bool IsRetimed { get; set; }

    /// <summary>What happens to the index of what was seen where, in its order.</summary>
    public List<(SeenAct Act, SeenCode Code)> Seen { get; } = [];

    /// <summary>For each of those, when they are done: the node of another sighting, as it was at that moment; null when there was none, or
    /// this one was no news.</summary>
    public ulong?[] Others { get; set; } = [];

    /// <summary>What the change adds to and takes from the counts.</summary>
    public Dictionary<TallyKey, int> Tallies { get; } = [];

    /// <summary>Records that cannot be read, and whether for lack of a key; null: it does not count any more. The last one about a record
    /// holds.</summary>
    public Dictionary<uint, bool?> Unreadable { get; } = [];

    /// <summary>Notes what happens to the index; its place among <see cref="Others"/>.</summary>
    public int Note(SeenAct act, SeenCode code)
    {
        Seen.Add((act, code));
        return Seen.Count - 1;
    }

    /// <summary>Counts a record's people, if it has any that count.</summary>
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

    /// <summary>What a record says was seen; null when it is about no code, or training.</summary>
    public SeenCode? SightingOf(uint sequence, RecordContent content)
    {
        ushort? round = content switch
        {
            PersonSampled { Training: false, Kind: not PersonSampled.KindNoPapers, CodeCount: > 0 } person => person.Round,
            TubeOpened { Training: false } tube => tube.Round,
            BagOpened { Training: false } bag => bag.Round,
            TurnedAway { Training: false, CodeCount: > 0 } turned => turned.Round,
            // a tube goes into one bag in all its life, and a place is visited in each round
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
