using FieldNode.Answers.Facts;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>Folds an epoch with its people: for one answer or export, not for caching.</summary>
internal sealed class PeopleFold(ulong node, uint epoch, EpochDecisions decisions, EpochSeals seals)
{
    private readonly EpochFold _fold = new(node, epoch, decisions, seals);
    private readonly List<(PersonRow Row, uint Ticks, uint Tube, uint Place)> _people = [];
    private readonly Dictionary<uint, (TubeRow Row, uint Ticks, bool Training)> _tubes = [];

    public void Add(uint sequence, byte[] frame)
    {
        var content = _fold.Add(sequence, frame);
        switch (content ?? (_fold.WasStruck ? _fold.Read(sequence, frame) : null))
        {
            case TubeOpened tube when !_fold.WasStruck:
                _tubes[sequence] = (new TubeRow(sequence, EpochFold.Ascii(tube), tube.Round, tube.GroupSize, default),
                    Frame.Ticks(frame, 0), tube.Training);
                break;
            case PersonSampled person:
                AddPerson(sequence, Frame.Ticks(frame, 0), person);
                break;
            default:
                break;
        }
    }

    public EpochDay Day()
    {
        return _fold.Day() with
        {
            People = [.. _people.Select(Row)],
            Tubes = [.. _tubes.Values.Where(tube => !tube.Training && _fold.Stands(tube.Row.Sequence)).OrderBy(tube => tube.Row.Sequence)
                .Select(tube => tube.Row with { Opened = _fold.TimeOf(tube.Row.Sequence, tube.Ticks) })],
        };
    }

    private void AddPerson(uint sequence, uint ticks, PersonSampled person)
    {
        var row = new PersonRow(node, epoch, sequence, _fold.Site, _fold.LaneName, person.Round, "", person.Position,
            seals.PersonOf(person),
            Category.Name(person.Category), _fold.Lane.Operator, StateOf(person), default)
        {
            Shift = _fold.Lane.State.Shift,
            LaneKind = person.Green ? "green" : "fixed",
            Papers = person.Kind switch { PersonSampled.KindNoPapers => "none", PersonSampled.KindOtherPaper => "other", _ => "id" },
            Warned = person.Warned,
            TubeSequence = person.Tube,
        };
        _people.Add((row, ticks, person.Tube, person.Place));
    }

    private string StateOf(PersonSampled person)
    {
        return person.Training ? PersonState.Training : _fold.WasStruck ? PersonState.Struck : person.CodeCount == 0
            ? PersonState.Unreadable : PersonState.Valid;
    }

    private PersonRow Row((PersonRow Row, uint Ticks, uint Tube, uint Place) person)
    {
        var (kind, code) = _fold.PlaceOf(person.Row.Sequence, person.Place);
        return person.Row with
        {
            Tube = _tubes.TryGetValue(person.Tube, out var tube) ? tube.Row.Code : "",
            State = State(person.Row),
            Time = _fold.TimeOf(person.Row.Sequence, person.Ticks),
            LaneKind = kind.Length == 0 ? person.Row.LaneKind : kind,
            Place = code,
        };
    }

    private string State(PersonRow row)
    {
        if (row.State is not (PersonState.Valid or PersonState.Unreadable))
        {
            return row.State; // not even a conflict makes it count
        }

        // Damaged takes precedence over conflict: whichever of the two people was sampled, the sample is lost.
        return !_fold.Stands(row.Sequence) ? PersonState.Undone
            : _fold.IsDamaged(row.TubeSequence) ? PersonState.Damaged
            : row.State == PersonState.Unreadable ? PersonState.Unreadable
            : _fold.IsInConflict(row.Sequence) ? PersonState.Conflict : PersonState.Valid;
    }
}
