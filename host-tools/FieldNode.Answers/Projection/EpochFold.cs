using FieldNode.Answers.Facts;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>
/// Folds one epoch's records, in order, into facts. People are left out, because there are too many to keep (<see cref="PeopleFold"/>).
/// </summary>
/// <param name="decisions">Coordinators' decisions about its records.</param>
/// <param name="seals">Opens the codes of its records.</param>
internal sealed class EpochFold(ulong node, uint epoch, EpochDecisions decisions, EpochSeals seals)
{
    private readonly TimeResolver _times = new();
    private readonly Dictionary<uint, Place> _places = [];
    private readonly Dictionary<uint, uint> _placeOfPerson = [];
    private readonly HashSet<uint> _undone = [];
    private readonly HashSet<uint> _conflicts = [];
    private readonly Dictionary<uint, uint> _closings = [];
    private readonly Dictionary<uint, uint> _damages = []; // by closing record; there are few
    private readonly HashSet<uint> _endedAnother = [];
    private readonly List<(uint Sequence, uint Ticks, TurnedAwayRow Row)> _turnedAway = [];
    private readonly List<(uint Sequence, uint Ticks, string Badge)> _badges = [];
    private readonly Dictionary<uint, int> _arrivals = [];
    private readonly List<(uint Sequence, uint Ticks, int People)> _calls = [];
    // Keyed by hash to save memory: there are many, and thousands of epochs are kept.
    private readonly Dictionary<ulong, (uint Sequence, uint Ticks)> _tubes = [];
    private readonly BagFold _bags = new();
    private readonly BoxFold _box = new();
    private readonly List<(uint Sequence, string Site)> _sites = [];
    private uint _lastTicks;
    private bool _hasPeopleSinceStart;

    /// <summary>The last record added; 0 if none.</summary>
    public uint LastSequence { get; private set; }

    /// <summary>Whether the last record added made times of earlier records known or more exact.</summary>
    public bool HasRetimed { get; private set; }

    /// <summary>Whether the last record added marked a tube as damaged or undid that: its people now count differently.</summary>
    public bool HasRecounted { get; private set; }

    /// <summary>Whether a coordinator decided that the last record added does not count.</summary>
    public bool WasStruck { get; private set; }

    /// <summary>Records that the last record added has undone; those undone earlier are not included.</summary>
    public List<uint> NewlyUndone { get; } = [];

    public EpochSeals Seals => seals;

    /// <summary>The lane's state according to these records.</summary>
    public EpochLane Lane { get; } = new();

    public string Site => _box.Site;

    public string LaneName => _box.Lane;

    /// <summary>Adds the next record. Returns its content, valid until the next record is read; null for a stand-in, a struck record, or
    /// content that this host does not know.</summary>
    /// <param name="opensPeople">Opens people's codes, which costs more than everything else. Without them, all results except the people
    /// are the same.</param>
    public RecordContent? Add(uint sequence, byte[] frame, bool opensPeople = true)
    {
        HasRetimed = false;
        WasStruck = false;
        HasRecounted = false;
        NewlyUndone.Clear();
        if (Frame.Type(frame, 0) == RecordType.Lost)
        {
            Lane.Pass(sequence);
            return null; // a stand-in for a record that its node cannot read: it is a gap unless another source brought the record itself
        }

        if (sequence > LastSequence + 1)
        {
            _times.Gap(sequence);
            _hasPeopleSinceStart = false;
        }

        var verdict = decisions.Find(sequence, frame);
        if (sequence == LastSequence && verdict == Verdict.None)
        {
            _conflicts.Add(sequence);
        }

        LastSequence = sequence;
        var ticks = Frame.Ticks(frame, 0);
        _lastTicks = ticks;
        WasStruck = verdict == Verdict.Strike;
        var closed = opensPeople ? null : RecordReader.ReadPersonWithoutCode(frame);
        var open = closed is null ? seals.Open(sequence, frame) : frame;
        Lane.Add(sequence, open ?? frame, isOpen: open is not null);
        var content = WasStruck ? null : closed ?? RecordReader.Read(frame, open);
        if (content is not null)
        {
            Add(sequence, ticks, content);
            _box.Add(content);
        }

        _times.Saw(ticks);
        if (decisions.MadeAt(sequence) is { } utcMs)
        {
            HasRetimed |= _times.ClockSet(sequence, ticks, utcMs) && _hasPeopleSinceStart;
        }

        return content;
    }

    /// <summary>
    /// A frame's content, valid until the next one is read; null if this host does not know it. A person's code is empty if this host lacks
    /// the key.
    /// </summary>
    public RecordContent? Read(uint sequence, byte[] frame) => RecordReader.Read(seals, sequence, frame);

    public bool IsUndone(uint sequence) => _undone.Contains(sequence);

    public bool IsInConflict(uint sequence) => _conflicts.Contains(sequence);

    /// <summary>Whether a record is in effect: it was not undone, or it is in conflict and not decided yet.</summary>
    public bool Stands(uint sequence) => IsInConflict(sequence) || !IsUndone(sequence);

    /// <summary>Whether a tube was closed as damaged: its people must be sampled again.</summary>
    public bool IsDamaged(uint tube) => _damages.Any(damage => damage.Value == tube && Stands(damage.Key));

    /// <summary>Whether a record is a person in a damaged tube.</summary>
    public bool IsInDamagedTube(byte[] frame) => _damages.Count > 0 && RecordReader.TubeOf(frame) is { } tube && IsDamaged(tube);

    /// <summary>Whether a coordinator decided to keep a record as it is.</summary>
    public bool IsKept(uint sequence, byte[] frame) => decisions.Find(sequence, frame) == Verdict.Keep;

    public bool IsStruck(uint sequence, byte[] frame) => decisions.Find(sequence, frame) == Verdict.Strike;

    public ResolvedTime TimeOf(uint sequence, uint ticks) => _times.Resolve(sequence, ticks);

    /// <summary>The site at which a record was made: a node may be re-enrolled at another site between two starts.</summary>
    public string SiteOf(uint sequence) => _sites.LastUpTo(sequence, static start => start.Sequence) is >= 0 and var at
        ? _sites[at].Site : "";

    /// <summary>Kind ("home", "stop") and code of a person's place; both empty if no such place was opened before the person.</summary>
    public (string Kind, string Code) PlaceOf(uint sequence, uint place) => place < sequence && _places.TryGetValue(place, out var known)
        ? (KindName(known.Kind), known.Code) : ("", "");

    /// <summary>The facts so far, without the people.</summary>
    public EpochDay Day()
    {
        var closed = _closings.Where(closing => !IsUndone(closing.Key)).Select(closing => closing.Value).ToHashSet();
        var peopleAt = _placeOfPerson.Where(person => !IsUndone(person.Key)).CountBy(person => person.Value).ToDictionary();
        var badges = _badges.Where(badge => !IsUndone(badge.Sequence))
            .Select(badge => new BadgeRow(badge.Sequence, badge.Badge, TimeOf(badge.Sequence, badge.Ticks))).ToList();
        var calls = _calls.Where(call => !IsUndone(call.Sequence)).ToList();
        return new EpochDay(node, epoch, Site, LaneName)
        {
            Badges = badges,
            Places = [.. _places.Where(place => !IsUndone(place.Key)).OrderBy(place => place.Key)
                .Select(place => new PlaceRow(place.Key, KindName(place.Value.Kind), place.Value.Code,
                peopleAt.GetValueOrDefault(place.Key), closed.Contains(place.Key), TimeOf(place.Key, place.Value.Ticks)))],
            Bags = [.. _bags.Rows(_undone, _times).Select(bag => bag with { OldestTube = Oldest(bag) })],
            TurnedAway = [.. _turnedAway.Where(row => !IsUndone(row.Sequence))
                .Select(row => row.Row with { Time = TimeOf(row.Sequence, row.Ticks) })],
            Training = Lane.Training,
            Arrivals = _arrivals.Where(arrival => !IsUndone(arrival.Key)).Sum(arrival => arrival.Value),
            Calls = calls.Count,
            Now = Lane.Shown(_box.Now) with
            {
                BadgeAt = badges.LastOrDefault()?.Time ?? default,
                Called = calls.Count == 0 ? 0 : calls[^1].People,
                CalledAt = calls.Count == 0 ? default : TimeOf(calls[^1].Sequence, calls[^1].Ticks),
                Last = LastSequence == 0 ? default : TimeOf(LastSequence, _lastTicks),
            },
        };
    }

    // The lane's rules allow only ASCII in codes. A hostile log may contain anything: it is shown, but never as control characters.
    internal static string Ascii(CodeContent content)
    {
        return Text.FromAscii(content.Code, 0, content.CodeCount);
    }

    private void Add(uint sequence, uint ticks, RecordContent content)
    {
        switch (content)
        {
            case Booted booted:
                _sites.Add((sequence, System.Text.Encoding.UTF8.GetString(booted.Site)));
                HasRetimed = _times.Booted(sequence, booted.BootCount);
                _hasPeopleSinceStart = false;
                break;
            case ClockSet clock:
                HasRetimed = _times.ClockSet(sequence, ticks, clock.UtcMs) && _hasPeopleSinceStart;
                break;
            case OperatorSet badge:
                _badges.Add((sequence, ticks, Ascii(badge)));
                break;
            case PersonSampled { Training: false } person:
                _hasPeopleSinceStart = true;
                if (person.Place != 0 && person.Place < sequence)
                {
                    _placeOfPerson[sequence] = person.Place;
                }

                break;
            case Undone undone:
                Undo(undone.Sequence);
                break;
            default:
                AddOther(sequence, ticks, content);
                break;
        }
    }

    // Adds a record other than a start, clock, badge, person or undo.
    private void AddOther(uint sequence, uint ticks, RecordContent content)
    {
        switch (content)
        {
            case PlaceOpened { Training: false } place:
                _places[sequence] = new Place(place.Kind, Ascii(place), ticks);
                if (place.EndedAnother)
                {
                    _endedAnother.Add(sequence);
                }

                break;
            case PlaceClosed closed:
                _closings[sequence] = closed.Place;
                break;
            case TurnedAway { Training: false } turned:
                _turnedAway.Add((sequence, ticks,
                    new TurnedAwayRow(sequence, turned.Reason, seals.PersonOf(turned), turned.Round, default)));
                break;
            case Arrived arrived when !Lane.State.Training:
                _arrivals[sequence] = arrived.People;
                break;
            case TubeOpened { Training: false } tube:
                _tubes[HashOf(Ascii(tube))] = (sequence, ticks);
                break;
            case Called called when !Lane.State.Training:
                _calls.Add((sequence, ticks, called.People));
                break;
            case TubeClosed { Reason: TubeClosed.TubeDamaged } closed:
                _damages[sequence] = closed.Tube;
                HasRecounted = true;
                break;
            default:
                _bags.Add(sequence, ticks, content);
                break;
        }
    }

    private void Undo(uint sequence)
    {
        if (!_undone.Add(sequence))
        {
            return;
        }

        NewlyUndone.Add(sequence);
        HasRecounted |= _damages.ContainsKey(sequence);
        if (_endedAnother.Contains(sequence) && _undone.Add(sequence - 1))
        {
            NewlyUndone.Add(sequence - 1); // the place that this one ended is open again
        }
    }

    // Considers only tubes that this lane opened: the opening times of the others are known only to their own lanes.
    private ResolvedTime Oldest(BagRow bag)
    {
        var opened = bag.Tubes.Select(tube => HashOf(tube.Code)).Where(_tubes.ContainsKey).Select(tube => _tubes[tube]).ToList();
        return opened.Count == 0 ? default : TimeOf(opened.Min().Sequence, opened.Min().Ticks);
    }

    // FNV-1a is the same in every process, as everything derived from records must be.
    private static ulong HashOf(string code) =>
        code.Aggregate(0xCBF2_9CE4_8422_2325, (hash, letter) => (hash ^ letter) * 0x0000_0100_0000_01B3);

    private static string KindName(byte kind)
    {
        return kind == PlaceOpened.Stop ? "stop" : "home";
    }

    private sealed record Place(byte Kind, string Code, uint Ticks);
}
