using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Host.Reports;

/// <summary>What each volunteer did in training, reckoned from the records as the node reckons it.</summary>
internal sealed class TrainingFold
{
    private readonly List<TrainingRow> _rows = [];
    private readonly HashSet<uint> _trained = [];
    private bool _training;
    private string _badge = "";
    private int _people;
    private int _errors;
    private uint _from;
    private uint _to;

    public void Add(uint sequence, uint ticks, RecordContent content, string badge)
    {
        switch (content)
        {
            case ModeSet { Mode: ModeSet.Training } mode:
                End();
                _training = mode.Value != 0;
                Begin(ticks, badge);
                break;
            case OperatorSet when _training:
                End();
                Begin(ticks, badge);
                break;
            case Refused or Undone when _training:
                _errors++;
                _people -= content is Undone undone && _trained.Contains(undone.Sequence) ? 1 : 0;
                break;
            case PersonSampled { Training: true } person when PracticePeople.IsUnderWrongCategory(person.Code, person.CodeCount, person.Category):
                _errors++;
                break;
            case PersonSampled { Training: true }:
                _people++;
                _trained.Add(sequence);
                _to = ticks;
                break;
            default:
                break;
        }
    }

    public IReadOnlyList<TrainingRow> Rows()
    {
        End();
        return _rows;
    }

    private void Begin(uint ticks, string badge)
    {
        (_badge, _people, _errors, _from, _to) = (badge, 0, 0, ticks, ticks);
    }

    private void End()
    {
        if (_training && _people + _errors > 0)
        {
            _rows.Add(new TrainingRow(_badge, _people, _errors, _to > _from ? (int)(_people * 3_600_000L / (_to - _from)) : 0));
            (_people, _errors) = (0, 0);
        }
    }
}
