using FieldNode.Host.Reports;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Host.Projection;

/// <summary>What each volunteer did in training, reckoned from the records as the node reckons it.</summary>
internal sealed class TrainingFold
{
    private readonly List<TrainingRow> _rows = [];
    private HashSet<uint> _right = [];
    private HashSet<uint> _rightBefore = [];
    private bool _training;
    private string _badge = "";
    private int _people;
    private int _errors;
    private uint _from;
    private uint _to;

    // What was before the last card that ended a volunteer's turn: it can be undone.
    private uint _cardSequence;
    private (bool Training, string Badge, int People, int Errors, uint From, uint To, int Rows) _before;

    public void Add(uint sequence, uint ticks, RecordContent content, string badge)
    {
        switch (content)
        {
            case ModeSet { Mode: ModeSet.Training } mode:
                EndTurn(sequence);
                _training = mode.Value != 0;
                Begin(ticks, badge);
                break;
            case OperatorSet when _training:
                EndTurn(sequence);
                Begin(ticks, badge);
                break;
            case Undone undone when undone.Sequence == _cardSequence && _cardSequence != 0:
                Restore();
                break;
            case Undone undone when _training:
                _errors++;
                _people -= _right.Remove(undone.Sequence) ? 1 : 0;
                break;
            case Refused when _training:
                _errors++;
                break;
            case PersonSampled { Training: true } person when PracticePeople.IsUnderWrongCategory(person.Code, person.CodeCount, person.Category):
                _errors++;
                break;
            case PersonSampled { Training: true }:
                _people++;
                _right.Add(sequence);
                _to = ticks;
                break;
            default:
                break;
        }
    }

    public IReadOnlyList<TrainingRow> Rows()
    {
        return [.. _rows, .. Row()];
    }

    private void Begin(uint ticks, string badge)
    {
        (_badge, _people, _errors, _from, _to) = (badge, 0, 0, ticks, ticks);
    }

    private void EndTurn(uint sequence)
    {
        _before = (_training, _badge, _people, _errors, _from, _to, _rows.Count);
        _cardSequence = sequence;
        _rows.AddRange(Row());
        (_rightBefore, _right) = (_right, []);
    }

    private void Restore()
    {
        (_training, _badge, _people, _errors, _from, _to, var rows) = _before;
        _rows.RemoveRange(rows, _rows.Count - rows);
        _right = _rightBefore;
        _cardSequence = 0;
    }

    private IEnumerable<TrainingRow> Row()
    {
        return _training && _people + _errors > 0 ? [new TrainingRow(_badge, _people, _errors, _to > _from ? (int)(_people * 3_600_000L / (_to - _from)) : 0)] : [];
    }
}
