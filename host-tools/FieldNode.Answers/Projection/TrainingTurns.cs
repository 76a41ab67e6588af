using FieldNode.Answers.Facts;
using FieldNode.Lane;
using FieldNode.Protocol;

namespace FieldNode.Answers.Projection;

/// <summary>Each volunteer's turn in training, as the lane scores it (<see cref="TrainingScore"/>). A turn ends with the first scan after
/// another badge, or when training ends.</summary>
internal sealed class TrainingTurns
{
    private readonly List<TrainingRow> _ended = [];
    private string _badge = "";
    private TrainingRow _before = new("", 0, 0, 0);
    private bool _wasTraining;
    private bool _wasPending;
    private bool _canReturn; // undoing the card that ended training resumes the last turn

    public void Before(LaneState lane)
    {
        (_wasTraining, _wasPending) = (lane.Training, lane.Score.IsPending);
        _before = _wasTraining ? Row(lane) : _before;
    }

    /// <summary>Called after the lane has applied a record.</summary>
    /// <param name="badge">The last badge scanned.</param>
    public void After(LaneState lane, byte type, string badge)
    {
        switch (_wasTraining, lane.Training)
        {
            case (false, true) when type == RecordType.Undone:
                if (_canReturn)
                {
                    _ended.RemoveAt(_ended.Count - 1);
                }

                break;
            case (false, true):
                _badge = badge;
                break;
            case (true, false) when type != RecordType.Undone:
                End(badge);
                _canReturn = _before.People + _before.Errors > 0 && !_wasPending;
                return;
            case (true, true) when _wasPending && !lane.Score.IsPending && type != RecordType.Undone:
                End(badge);
                break;
            default:
                _badge = lane.Score.People + lane.Score.Errors == 0 ? badge : _badge; // no turn has begun yet
                return;
        }

        _canReturn = false;
    }

    public IReadOnlyList<TrainingRow> Rows(LaneState lane)
    {
        return lane.Training && lane.Score.People + lane.Score.Errors > 0 ? [.. _ended, Row(lane)] : [.. _ended];
    }

    private void End(string badge)
    {
        if (_before.People + _before.Errors > 0)
        {
            _ended.Add(_before);
        }

        _badge = badge;
    }

    private TrainingRow Row(LaneState lane) => new(_badge, (int)lane.Score.People, (int)lane.Score.Errors, (int)lane.Score.PerHour);
}
