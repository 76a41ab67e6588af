using System.Text;
using FieldNode.Core;
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;

namespace FieldNode.Simulator.Worlds;

/// <summary>A volunteer at a lane: scans one code after another and waits for each signal. After a power cut, checks whether the last scan
/// was stored and repeats it if not. Occasionally a code is misread or read twice, or the wrong person is scanned and undone.</summary>
public sealed class Volunteer : ISignals
{
    private const int NoSignalMs = 3000;
    private const int MisreadMs = 1500;
    private const int TriesMax = 40;

    private readonly LanePlan _plan;
    private readonly Random _random;
    private readonly GroundTruth _truth;
    private readonly VolunteerScript _script;
    private readonly IEnumerator<VolunteerStep> _steps;
    private readonly byte[] _frame = new byte[Frame.BytesMax];
    private VolunteerStep? _pending;
    private long _scannedAt;
    private uint _before;
    private int _tries;
    private byte _confirmedType;
    private byte _refusedReason;

    public Volunteer(LanePlan plan, Random random, GroundTruth truth)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(truth);
        _plan = plan;
        _random = random;
        _truth = truth;
        _script = new VolunteerScript(plan, random, truth);
        _steps = _script.Steps().GetEnumerator();
    }

    /// <summary>True if the plan is complete.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Time of the volunteer's next action; already past while a step is under way.</summary>
    public long NextAt { get; private set; }

    /// <summary>True while a step waits for its signal.</summary>
    public bool IsWaiting => _pending is not null;

    public int Refusals { get; private set; }

    /// <summary>Code of the last confirmed person.</summary>
    public string LastPerson { get; private set; } = "";

    /// <summary>Number of people sampled so far.</summary>
    public int Sampled => _script.Sampled;

    public void Confirmed(byte recordType, uint sequence)
    {
        _confirmedType = recordType;
        _refusedReason = Refusal.None;
    }

    public void GroupFull()
    {
        // The screen says so too; the next tube is scanned anyway.
    }

    public void Refused(byte reason)
    {
        Refusals++;
        _refusedReason = reason;
        _confirmedType = 0;
    }

    public void Attention()
    {
        // Read on the screen; no action needed.
    }

    /// <summary>Performs the action due at a time, if any.</summary>
    public void Step(SimulatedBoard board, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(board);
        if (IsDone || board.Node is null)
        {
            return;
        }

        if (_pending is { } step)
        {
            Listen(board, step, nowMs);
        }
        else if (nowMs >= NextAt)
        {
            Begin(board, nowMs);
        }
    }

    private void Begin(SimulatedBoard board, long nowMs)
    {
        if (!_steps.MoveNext())
        {
            IsDone = true;
            NextAt = long.MaxValue;
            return;
        }

        _before = board.Node!.Log.LastSequence;
        _tries = 0;
        Do(_steps.Current, board, nowMs);
    }

    private void Do(VolunteerStep step, SimulatedBoard board, long nowMs)
    {
        _pending = step;
        _confirmedType = 0;
        _refusedReason = Refusal.None;
        _scannedAt = nowMs;
        if (step.IsUndo)
        {
            board.Press(Button.Undo);
            return;
        }

        if (step.Code.Length > 0)
        {
            Send(step, board, nowMs);
        }

        if (step.Confirmation == 0)
        {
            Finish(step, nowMs);
        }
    }

    private void Send(VolunteerStep step, SimulatedBoard board, long nowMs)
    {
        _truth.Scans++;
        if (step.IsPerson && step.Code.Length == ResidentId.Bytes && _random.NextDouble() < _plan.Misreads)
        {
            _truth.Scans++;
            board.Scanner.Send(Encode(Misread(step.Code)), nowMs);
            _scannedAt += MisreadMs;
            nowMs += MisreadMs;
        }

        board.Scanner.Send(Encode(step.Code), nowMs);
        if (_random.NextDouble() < _plan.Repeats)
        {
            board.Scanner.Send(Encode(step.Code), nowMs + 1000); // continuous mode reads it again
        }
    }

    private void Listen(SimulatedBoard board, VolunteerStep step, long nowMs)
    {
        var isSignalled = step.Refusal == Refusal.None ? _confirmedType == step.Confirmation : _refusedReason == step.Refusal;
        if (isSignalled)
        {
            Finish(step, nowMs);
        }
        else if (nowMs - _scannedAt >= NoSignalMs)
        {
            // Power may have been lost; the screen then shows what is on flash.
            if (IsOnFlash(board.Node!, step))
            {
                Finish(step, nowMs);
            }
            else if (++_tries < TriesMax)
            {
                Do(step, board, nowMs);
            }
            else
            {
                throw new ScenarioException($"lane {_plan.Number}: '{step.Code}' was "
                    + $"{(_refusedReason == Refusal.None ? "confirmed" : $"refused ({Refusal.Name(_refusedReason)})")}, which is not "
                    + "in its plan");
            }
        }
    }

    private bool IsOnFlash(Node node, VolunteerStep step)
    {
        var reader = new LogReader(node.Log);
        for (var sequence = _before + 1; sequence <= node.Log.LastSequence; sequence++)
        {
            if (reader.Collect(sequence, _frame, 0, _frame.Length, 1) && Frame.Type(_frame, 0) == step.Confirmation)
            {
                return true;
            }
        }

        return false;
    }

    private void Finish(VolunteerStep step, long nowMs)
    {
        _pending = null;
        LastPerson = step.IsPerson ? step.Code : LastPerson;
        step.Done?.Invoke();
        var personMs = _plan.SecondsPerPerson * 1000;
        NextAt = nowMs + (step.IsPerson ? (long)Math.Max(500, personMs * (0.6 + 0.8 * _random.NextDouble()) - 1500)
            : (long)(step.PauseSeconds * 1000));
    }

    // Changes one digit, so that the check character no longer matches.
    private string Misread(string code)
    {
        var at = _random.Next(16);
        var digit = (char)('0' + (code[at] - '0' + 1 + _random.Next(9)) % 10);
        return code[..at] + digit + code[(at + 1)..];
    }

    // Applies the settings of the lane's scanner, which differ from lane to lane as in the field.
    private byte[] Encode(string code)
    {
        var text = _plan.ScannerPrefix + (code.EndsWith('X') && code.Length == ResidentId.Bytes && _plan.LowerCaseX ? code[..^1] + "x"
            : code) + _plan.Terminator;
        return Encoding.ASCII.GetBytes(text);
    }
}
