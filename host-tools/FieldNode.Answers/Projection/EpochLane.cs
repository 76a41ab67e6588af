using FieldNode.Answers.Facts;
using FieldNode.Lane;
using FieldNode.Log.Parts;
using FieldNode.Protocol;

namespace FieldNode.Answers.Projection;

/// <summary>
/// The state of an epoch's lane by the node's own rules (<see cref="LaneState"/>): after the last record, and after the last record before
/// the first gap, which is what the node's screen showed then. A stand-in for a lost record is skipped, as the node skips it after a
/// restart.
/// </summary>
internal sealed class EpochLane
{
    // A real lane's records keep its state within SectorHead.StateBytesMax; records forged with a node's key may not.
    private const int StateBytesMax = 1024;

    [ThreadStatic]
    private static LaneState? s_atGap;

    private readonly LaneState _state = new();
    private readonly TrainingTurns _turns = new();
    private byte[]? _atGap; // the state before the first gap; null if no gap
    private bool _isStandIn; // whether the last record is a stand-in
    private bool _wasExact = true;

    /// <summary>The last record or stand-in; 0 if none.</summary>
    public uint Last { get; private set; }

    /// <summary>The last record before the first gap; 0 if none.</summary>
    public uint Record { get; private set; }

    /// <summary>All records from the epoch's first to <see cref="Record"/> are here and readable, so that the node has the same
    /// state.</summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>The state that the node reported, either to be compared once its record is the last one, or found to differ; null if
    /// none.</summary>
    public ReportedLaneState? Told { get; private set; }

    /// <summary>The value of <see cref="Told"/> in the store.</summary>
    public ReportedLaneState? Kept { get; set; }

    /// <summary>The state after the last record, including records after gaps.</summary>
    public LaneState State => _state;

    /// <summary>The last badge scanned; empty if none.</summary>
    public string Operator { get; private set; } = "";

    /// <summary>Volunteers' turns in training.</summary>
    public IReadOnlyList<TrainingRow> Training => _turns.Rows(_state);

    /// <summary>Applies the next record. A second record under the same sequence number is skipped.</summary>
    /// <param name="frame">With its code opened, if <paramref name="isOpen"/>.</param>
    public void Add(uint sequence, ArraySegment<byte> frame, bool isOpen)
    {
        if (sequence == Last && !_isStandIn)
        {
            IsExact = false; // unknown which of the two the node has
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

    /// <summary>Skips a stand-in for a record.</summary>
    public void Pass(uint sequence)
    {
        if (sequence > Last)
        {
            GoTo(sequence);
            (_wasExact, IsExact) = (IsExact, false);
            (Last, _isStandIn) = (sequence, true);
        }
    }

    /// <summary>The state at <see cref="Record"/> in the format that the node writes (<see cref="LaneState.Save"/>).</summary>
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
                state.Reset(); // no real lane writes such a state, and no screen showed it
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

    /// <summary>Receives the node's report of its own state. A difference, once found, is kept unchanged until the two agree
    /// again.</summary>
    public void Tell(LaneReport report)
    {
        if (report.Record < Record)
        {
            return; // newer records have arrived: the next status covers them
        }

        var before = Told;
        Told = new ReportedLaneState(report, Held: null);
        Compare();
        if (before is { Differs: true } && Told is not null)
        {
            Told = before;
        }
    }

    /// <summary>Takes over the node's report from an earlier fold of the epoch or from the store; it is compared again.</summary>
    public void TakeOver(ReportedLaneState? told, ReportedLaneState? kept)
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
            IsExact = false; // earlier records are not here
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
