using System.Text;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Host.Reports;

/// <summary>Goes through one epoch's records in order, and tells what they mean together.</summary>
internal sealed class EpochFold(ulong node, uint epoch)
{
    private readonly TimeResolver _times = new();
    private readonly Dictionary<uint, string> _tubes = [];
    private readonly Dictionary<uint, (byte Kind, string Code, (int, int, uint) Mark)> _places = [];
    private readonly HashSet<uint> _undone = [];
    private readonly HashSet<uint> _conflicts = [];
    private readonly List<(uint Sequence, uint Place)> _closedPlaces = [];
    private readonly HashSet<uint> _endedAnother = [];
    private readonly List<(uint Sequence, bool Before)> _trainings = [];
    private readonly List<(PersonRow Row, (int, int, uint) Mark, uint Tube, uint Place)> _people = [];
    private readonly List<(uint Sequence, string Badge, (int, int, uint) Mark)> _badges = [];
    private readonly List<(TurnedAwayRow Row, (int, int, uint) Mark)> _turnedAway = [];
    private readonly List<(uint Sequence, int People)> _arrivals = [];
    private readonly List<(uint Sequence, int Value)> _targets = [];
    private readonly List<(uint Sequence, int Before)> _shifts = [];
    private readonly List<uint> _calls = [];
    private readonly Dictionary<byte, int> _refusals = [];
    private readonly Dictionary<byte, byte> _parts = [];
    private readonly BagFold _bags = new();
    private readonly TrainingFold _training = new();
    private readonly Records _records = new();
    private string _site = "";
    private string _lane = "";
    private string _operator = "";
    private string _operatorBefore = "";
    private int _shift = 1;
    private bool _isTraining;
    private uint _lastSequence;

    public void Add(uint sequence, byte[] frame)
    {
        if (Frame.Type(frame, 0) == RecordType.Lost)
        {
            return; // a stand-in: the record itself may be here too, from elsewhere; if not, it is a gap
        }

        if (sequence > _lastSequence + 1)
        {
            _times.Gap();
        }

        if (sequence == _lastSequence)
        {
            _conflicts.Add(sequence);
        }

        _lastSequence = sequence;
        var ticks = Frame.Ticks(frame, 0);
        if (_records.TryRead(frame) is { } content)
        {
            Add(sequence, ticks, content);
            _training.Add(sequence, ticks, content, _operator);
        }

        _times.Mark(ticks);
    }

    public EpochDay Day()
    {
        var counting = _people.Where(person => person.Row.State == PersonState.Valid && !_undone.Contains(person.Row.Sequence));
        var closed = _closedPlaces.Where(place => !_undone.Contains(place.Sequence)).Select(place => place.Place).ToHashSet();
        var peopleAt = counting.CountBy(person => person.Place).ToDictionary();
        return new EpochDay(node, epoch, _site, _lane)
        {
            People = [.. _people.Select(Row)],
            Badges = [.. _badges.Where(badge => !_undone.Contains(badge.Sequence)).Select(badge => new BadgeRow(badge.Sequence, badge.Badge, _times.Resolve(badge.Mark)))],
            Places = [.. _places.Where(place => !_undone.Contains(place.Key)).OrderBy(place => place.Key).Select(place => new PlaceRow(place.Key, KindName(place.Value.Kind), place.Value.Code, peopleAt.GetValueOrDefault(place.Key), closed.Contains(place.Key), _times.Resolve(place.Value.Mark)))],
            Bags = _bags.Rows(_undone, _times),
            TurnedAway = [.. _turnedAway.Where(row => !_undone.Contains(row.Row.Sequence)).Select(row => row.Row with { Time = _times.Resolve(row.Mark) })],
            Training = _training.Rows(),
            Refusals = _refusals,
            Arrivals = _arrivals.Where(arrival => !_undone.Contains(arrival.Sequence)).Sum(arrival => arrival.People),
            Calls = _calls.Count(call => !_undone.Contains(call)),
            Parts = _parts,
            Target = _targets.LastOrDefault(target => !_undone.Contains(target.Sequence)).Value,
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
                _times.Booted(booted.BootCount);
                _site = Encoding.UTF8.GetString(booted.Site);
                _lane = Encoding.UTF8.GetString(booted.Lane);
                break;
            case ClockSet clock:
                _times.ClockSet(ticks, clock.UtcMs);
                break;
            case OperatorSet badge:
                (_operatorBefore, _operator) = (_operator, Ascii(badge));
                _badges.Add((sequence, _operator, _times.Mark(ticks)));
                break;
            case TubeOpened opened:
                _tubes[sequence] = Ascii(opened);
                break;
            case PersonSampled person:
                AddPerson(sequence, ticks, person);
                break;
            case Undone undone:
                Undo(undone.Sequence);
                break;
            case ModeSet { Mode: ModeSet.Shift } mode:
                _shifts.Add((sequence, _shift));
                _shift = mode.Value;
                break;
            case ModeSet { Mode: ModeSet.Training } mode:
                _trainings.Add((sequence, _isTraining));
                _isTraining = mode.Value != 0;
                break;
            case ModeSet { Mode: ModeSet.Target } mode:
                _targets.Add((sequence, mode.Value));
                break;
            default:
                AddBeside(sequence, ticks, content);
                break;
        }
    }

    // What is no person, tube or badge.
    private void AddBeside(uint sequence, uint ticks, RecordContent content)
    {
        switch (content)
        {
            case PlaceOpened { Training: false } place:
                _places[sequence] = (place.Kind, Ascii(place), _times.Mark(ticks));
                if (place.EndedAnother)
                {
                    _endedAnother.Add(sequence);
                }

                break;
            case PlaceClosed closed:
                _closedPlaces.Add((sequence, closed.Place));
                break;
            case TurnedAway { Training: false } turned:
                _turnedAway.Add((new TurnedAwayRow(sequence, turned.Reason, Ascii(turned), turned.Round, default), _times.Mark(ticks)));
                break;
            case Arrived arrived when !_isTraining:
                _arrivals.Add((sequence, arrived.People));
                break;
            case Called when !_isTraining:
                _calls.Add(sequence);
                break;
            case Refused refused:
                _refusals[refused.Reason] = _refusals.GetValueOrDefault(refused.Reason) + 1;
                break;
            case PartChanged part:
                _parts[part.Part] = part.State;
                break;
            default:
                _bags.Add(sequence, content, _times.Mark(ticks));
                break;
        }
    }

    private void Undo(uint sequence)
    {
        _undone.Add(sequence);
        if (_endedAnother.Contains(sequence))
        {
            _undone.Add(sequence - 1); // the place that this one had ended goes on
        }

        if (_trainings.Count > 0 && _trainings[^1].Sequence == sequence)
        {
            _isTraining = _trainings[^1].Before;
        }

        if (_badges.Count > 0 && _badges[^1].Sequence == sequence)
        {
            _operator = _operatorBefore;
        }

        if (_shifts.Count > 0 && _shifts[^1].Sequence == sequence)
        {
            _shift = _shifts[^1].Before;
        }
    }

    private void AddPerson(uint sequence, uint ticks, PersonSampled person)
    {
        var row = new PersonRow(node, epoch, sequence, _site, _lane, person.Round, "", person.Position, Ascii(person),
            Category.Name(person.Category), _operator, person.Training ? PersonState.Training : PersonState.Valid, default)
        {
            Shift = _shift,
            LaneKind = person.Green ? "green" : "fixed",
            Papers = person.Kind switch { PersonSampled.KindNoPapers => "none", PersonSampled.KindOtherPaper => "other", _ => "id" },
            Warned = person.Warned,
        };
        _people.Add((row, _times.Mark(ticks), person.Tube, person.Place));
    }

    private PersonRow Row((PersonRow Row, (int, int, uint) Mark, uint Tube, uint Place) person)
    {
        var place = _places.GetValueOrDefault(person.Place);
        return person.Row with
        {
            Tube = _tubes.GetValueOrDefault(person.Tube, ""),
            State = State(person.Row),
            Time = _times.Resolve(person.Mark),
            LaneKind = place.Code is null ? person.Row.LaneKind : KindName(place.Kind),
            Place = place.Code ?? "",
        };
    }

    private string State(PersonRow row)
    {
        if (row.State == PersonState.Training)
        {
            return row.State; // not even a conflict makes it count
        }

        return _conflicts.Contains(row.Sequence) ? PersonState.Conflict : _undone.Contains(row.Sequence) ? PersonState.Undone : row.State;
    }

    private static string KindName(byte kind)
    {
        return kind == PlaceOpened.Stop ? "stop" : "home";
    }

    /// <summary>One reader for each record type, used again and again.</summary>
    private sealed class Records
    {
        private readonly Dictionary<byte, RecordContent> _contents = RecordContents.All().ToDictionary(content => content.Type);

        public RecordContent? TryRead(byte[] frame)
        {
            return _contents.TryGetValue(Frame.Type(frame, 0), out var content) && content.TryRead(frame, Frame.HeadBytes, Frame.ContentCount(frame, 0)) ? content : null;
        }
    }
}
