using FieldNode.Answers.Facts;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>
/// Goes through one epoch's records in order, and tells what they mean together: all but the people, of whom there are too many to keep
/// (<see cref="PeopleFold"/>).
/// </summary>
/// <param name="decisions">What coordinators decided about its records.</param>
/// <param name="seals">Opens the codes of its records.</param>
internal sealed class EpochFold(ulong node, uint epoch, EpochDecisions decisions, EpochSeals seals)
{
    private readonly TimeResolver _times = new();
    private readonly Dictionary<uint, Place> _places = [];
    private readonly Dictionary<uint, uint> _placeOfPerson = [];
    private readonly HashSet<uint> _undone = [];
    private readonly HashSet<uint> _conflicts = [];
    private readonly Dictionary<uint, uint> _closings = [];
    private readonly Dictionary<uint, uint> _damages = []; // by closing record: few
    private readonly HashSet<uint> _endedAnother = [];
    private readonly List<(uint Sequence, uint Ticks, TurnedAwayRow Row)> _turnedAway = [];
    private readonly List<(uint Sequence, uint Ticks, string Badge)> _badges = [];
    private readonly Dictionary<uint, int> _arrivals = [];
    private readonly List<(uint Sequence, uint Ticks, int People)> _calls = [];
    // by hash: there are many, and thousands of epochs are kept
    private readonly Dictionary<ulong, (uint Sequence, uint Ticks)> _tubes = [];
    private readonly BagFold _bags = new();
    private readonly BoxFold _box = new();
    private readonly List<(uint Sequence, string Site)> _sites = [];
    private uint _lastTicks;
    private bool _hasPeopleSinceStart;

    /// <summary>The last record that was added; 0: none.</summary>
    public uint LastSequence { get; private set; }

    /// <summary>The last record that was added made earlier ones' times known, or known better.</summary>
    public bool HasRetimed { get; private set; }

    /// <summary>The last record that was added made a tube damaged, or whole again: its people count otherwise than before.</summary>
    public bool HasRecounted { get; private set; }

    /// <summary>The last record that was added does not count: a coordinator decided so.</summary>
    public bool WasStruck { get; private set; }

    /// <summary>Records that the last one took back; not those that were taken back already.</summary>
    public List<uint> TakenBack { get; } = [];

    public EpochSeals Seals => seals;

    /// <summary>What the records mean to the lane.</summary>
    public EpochLane Lane { get; } = new();

    public string Site => _box.Site;

    public string LaneName => _box.Lane;

    /// <summary>Adds the next record; its content, to be read before the next one, or null when it has none that this host knows.</summary>
    /// <param name="opensPeople">Codes of people are opened, which costs more than all else; without them, everything but the people is the
    /// same.</param>
    public RecordContent? Add(uint sequence, byte[] frame, bool opensPeople = true)
    {
        HasRetimed = false;
        WasStruck = false;
        HasRecounted = false;
        TakenBack.Clear();
        if (Frame.Type(frame, 0) == RecordType.Lost)
        {
            Lane.Pass(sequence);
            return null; // a stand-in: the record itself may be here too, from elsewhere; if not, it is a gap
        }

        if (sequence > LastSequence + 1)
        {
            _times.Gap(sequence);
            _hasPeopleSinceStart = false;
        }

        var verdict = decisions.Of(sequence, frame);
        if (sequence == LastSequence && verdict == Verdict.None)
        {
            _conflicts.Add(sequence);
        }

        LastSequence = sequence;
        var ticks = Frame.Ticks(frame, 0);
        _lastTicks = ticks;
        WasStruck = verdict == Verdict.Strike;
        var closed = opensPeople ? null : RecordReader.ReadClosed(frame);
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
    /// A frame's content, to be read before the next one; null when it has none that this host knows. The code of a person is empty when
    /// this host has not the key that opens it.
    /// </summary>
    public RecordContent? Read(uint sequence, byte[] frame) => RecordReader.Read(seals, sequence, frame);

    public bool IsUndone(uint sequence) => _undone.Contains(sequence);

    public bool IsInConflict(uint sequence) => _conflicts.Contains(sequence);

    /// <summary>Whether a record stands: it was not taken back, or is in conflict and nobody has decided yet.</summary>
    public bool Stands(uint sequence) => IsInConflict(sequence) || !IsUndone(sequence);

    /// <summary>Whether a tube was closed as damaged: its people are to be sampled again.</summary>
    public bool IsDamaged(uint tube) => _damages.Any(damage => damage.Value == tube && Stands(damage.Key));

    /// <summary>Whether a record is a person of a damaged tube.</summary>
    public bool IsInDamagedTube(byte[] frame) => _damages.Count > 0 && RecordReader.TubeOf(frame) is { } tube && IsDamaged(tube);

    /// <summary>A coordinator decided that a record stands as it is.</summary>
    public bool IsKept(uint sequence, byte[] frame) => decisions.Of(sequence, frame) == Verdict.Keep;

    public bool IsStruck(uint sequence, byte[] frame) => decisions.Of(sequence, frame) == Verdict.Strike;

    public ResolvedTime TimeOf(uint sequence, uint ticks) => _times.Resolve(sequence, ticks);

    /// <summary>The site at which a record was made: a node may be enrolled elsewhere between two starts.</summary>
    public string SiteOf(uint sequence) => _sites.LastUpTo(sequence, static start => start.Sequence) is >= 0 and var at
        ? _sites[at].Site : "";

    /// <summary>Kind ("home", "stop") and code of the place of a person; both empty if none was opened before the person.</summary>
    public (string Kind, string Code) PlaceOf(uint sequence, uint place) => place < sequence && _places.TryGetValue(place, out var known)
        ? (KindName(known.Kind), known.Code) : ("", "");

    /// <summary>What it all means so far, without the people.</summary>
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

    // Codes are ASCII by the lane's rules; a hostile log may hold anything, which is shown but never as control characters.
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
                AddBeside(sequence, ticks, content);
                break;
        }
    }

    // What is no person, badge or mode.
    private void AddBeside(uint sequence, uint ticks, RecordContent content)
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

        TakenBack.Add(sequence);
        HasRecounted |= _damages.ContainsKey(sequence);
        if (_endedAnother.Contains(sequence) && _undone.Add(sequence - 1))
        {
            TakenBack.Add(sequence - 1); // the place that this one had ended goes on
        }
    }

    // Of the tubes that this lane filled; when the others were opened their own lanes know.
    private ResolvedTime Oldest(BagRow bag)
    {
        var opened = bag.Tubes.Select(tube => HashOf(tube.Code)).Where(_tubes.ContainsKey).Select(tube => _tubes[tube]).ToList();
        return opened.Count == 0 ? default : TimeOf(opened.Min().Sequence, opened.Min().Ticks);
    }

    // FNV-1a: equal in every process, as all that follows from records has to be.
    private static ulong HashOf(string code) =>
        code.Aggregate(0xCBF2_9CE4_8422_2325, (hash, letter) => (hash ^ letter) * 0x0000_0100_0000_01B3);

    private static string KindName(byte kind)
    {
        return kind == PlaceOpened.Stop ? "stop" : "home";
    }

    private sealed record Place(byte Kind, string Code, uint Ticks);
}
