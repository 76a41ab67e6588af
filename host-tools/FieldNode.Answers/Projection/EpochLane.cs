using FieldNode.Answers.Facts;
using FieldNode.Lane;
using FieldNode.Log.Parts;
using FieldNode.Protocol;

namespace FieldNode.Answers.Projection;

/// <summary>
/// An epoch's lane by the node's own rules (<see cref="LaneState"/>): as it is after the last record, and as it was after the last one
/// before the first gap, which is what the node's screen showed then. A stand-in for a lost record is passed over, as the node passes over
/// it after a restart.
/// </summary>
internal sealed class EpochLane
{
    // A lane's own records keep its state within SectorHead.StateBytesMax; those that somebody with a node's key makes up do not.
    private const int StateBytesMax = 1024;

    [ThreadStatic]
    private static LaneState? s_atGap;

    private readonly LaneState _state = new();
    private readonly TrainingTurns _turns = new();
    private byte[]? _atGap; // the state before the first gap; null: there is no gap
    private bool _isStandIn; // the last one is
    private bool _wasExact = true;

    /// <summary>The last record, or stand-in for one; 0: none.</summary>
    public uint Last { get; private set; }

    /// <summary>The last record before the first gap; 0: none.</summary>
    public uint Record { get; private set; }

    /// <summary>Each record up to <see cref="Record"/> is here and could be read, from the epoch's first on: the node has the same
    /// state.</summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>What the node told of its own state, to be compared once its record is the last one, or found to differ; null:
    /// nothing.</summary>
    public ToldState? Told { get; private set; }

    /// <summary>Of that, what stands in the store.</summary>
    public ToldState? Kept { get; set; }

    /// <summary>After the last record, behind gaps too.</summary>
    public LaneState State => _state;

    /// <summary>The badge that was scanned last; empty: none.</summary>
    public string Operator { get; private set; } = "";

    /// <summary>Volunteers' turns in training.</summary>
    public IReadOnlyList<TrainingRow> Training => _turns.Rows(_state);

    /// <summary>Takes the next record in; the second one under a sequence number is left out.</summary>
    /// <param name="frame">With its code open, if <paramref name="isOpen"/>.</param>
    public void Add(uint sequence, ArraySegment<byte> frame, bool isOpen)
    {
        if (sequence == Last && !_isStandIn)
        {
            IsExact = false; // who knows which of the two the node has
            return;
        }

        GoTo(sequence);
        IsExact = (sequence == Last ? _wasExact : IsExact) && (isOpen || !NeedsCode(frame));
        (Last, _isStandIn) = (sequence, false);
        _turns.Before(_state);
        _state.Apply(sequence, frame.Array!, frame.Offset);
        if (Frame.Type(frame.Array!, frame.Offset) is RecordType.OperatorSet or RecordType.Undone)
        {
            Operator = Text.FromAscii(_state.Operator, 0, _state.OperatorCount);
        }

        _turns.After(_state, Frame.Type(frame.Array!, frame.Offset), Operator);
        Compare();
    }

    /// <summary>A stand-in for a record comes next.</summary>
    public void Pass(uint sequence)
    {
        if (sequence > Last)
        {
            GoTo(sequence);
            (_wasExact, IsExact) = (IsExact, false);
            (Last, _isStandIn) = (sequence, true);
        }
    }

    /// <summary>The state at <see cref="Record"/> as the node writes it (<see cref="LaneState.Save"/>).</summary>
    public byte[] Checkpoint() => _atGap ?? Save(_state);

    /// <summary>What the lane's screen showed at <see cref="Record"/>.</summary>
    public LaneNow Shown(LaneNow now)
    {
        var state = _state;
        if (_atGap is not null)
        {
            state = s_atGap ??= new LaneState();
            if (!state.TryRestore(_atGap, 0, _atGap.Length))
            {
                state.Reset(); // no lane writes such a state, and no screen showed it
            }
        }

        var hasTube = state.TubeStatus != LaneState.TubeNone;
        return now with
        {
            Record = Record,
            Badge = Text.FromAscii(state.Operator, 0, state.OperatorCount),
            Round = state.Round,
            Shift = state.Shift,
            Target = state.Target,
            IsTraining = state.Training,
            IsGreen = state.Green,
            Waiting = (int)state.Queue,
            Tube = hasTube ? Text.FromAscii(state.TubeCode, 0, state.TubeCodeCount) : "",
            GroupSize = hasTube ? state.TubeSize : state.GroupSize,
            InTube = hasTube ? state.People : 0,
            IsTubeOpen = state.TubeStatus == LaneState.TubeOpen,
            Done = (int)(state.Training ? state.SampledInTraining : state.Sampled),
            Sampled = (int)state.Sampled,
            SampledBeforeShift = (int)state.SampledBeforeShift,
            PerHour = (int)state.Pace.PerHour(state.Clock.Seconds),
            LongPerHour = state.Forecast.PerHour,
            Starts = state.BootCount,
        };
    }

    /// <summary>The node tells of its own state. A difference that was found stays as it was found until the two agree again.</summary>
    public void Tell(LaneReport report)
    {
        if (report.Record < Record)
        {
            return; // records came in the meantime: the next status tells of them
        }

        var before = Told;
        Told = new ToldState(report, Held: null);
        Compare();
        if (before is { Differs: true } && Told is not null)
        {
            Told = before;
        }
    }

    /// <summary>Takes over what an earlier fold of the epoch, or the store, had been told; all of it is compared again.</summary>
    public void TakeOver(ToldState? told, ToldState? kept)
    {
        Told = told is null ? null : told with { Held = null };
        Kept = kept;
    }

    private void Compare()
    {
        if (Told is { Held: null } told && told.Report.Record == Record && _atGap is null && IsExact)
        {
            var compared = told with { Held = Save(_state) };
            Told = compared.IsSame ? null : compared;
        }
    }

    private void GoTo(uint sequence)
    {
        if (Last == 0 && sequence > 1)
        {
            IsExact = false; // what came before is not here
        }

        if (Last != 0 && sequence > Last + 1)
        {
            _atGap ??= Save(_state);
        }

        Record = _atGap is null ? sequence : Record;
    }

    private static bool NeedsCode(ArraySegment<byte> frame)
    {
        return Frame.Type(frame.Array!, frame.Offset) == RecordType.Asked || RecordReader.IsTraining(frame.Array!);
    }

    private static byte[] Save(LaneState state)
    {
        var saved = new byte[StateBytesMax];
        return saved[..state.Save(saved, 0)];
    }
}
