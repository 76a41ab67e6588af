using System.Text;
using FieldNode.Core.Lane;
using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;

namespace FieldNode.Simulator.Worlds;

/// <summary>
/// A volunteer at a lane: scans a tube, then people one after another, listens for the signal, looks at the screen after a power cut and
/// scans again what was not confirmed. Now and then a code is misread, read twice, or the wrong person comes and is undone.
/// </summary>
public sealed class Volunteer(LanePlan plan, Random random, GroundTruth truth) : ISignals
{
    private const int NoSignalMs = 3000;

    private readonly Queue<string> _people = new(plan.People);
    private readonly Queue<VolunteerStep> _steps = new();
    private VolunteerStep? _pending;
    private string? _tube;
    private int _position;
    private int _tubeNumber;
    private long _nextAt;
    private long _scannedAt;
    private byte _confirmedType;
    private byte _refusedReason;

    /// <summary>Everybody of the plan is sampled and the last tube closed.</summary>
    public bool IsDone { get; private set; }

    public int Refusals { get; private set; }

    /// <summary>People scanned so far.</summary>
    public int Sampled { get; private set; }

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
        // Read on the screen, nothing to do.
    }

    /// <summary>Does what is due at a time.</summary>
    public void Step(SimulatedBoard board, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(board);
        if (IsDone || board.Node is null)
        {
            return;
        }

        if (_pending is not null)
        {
            Listen(board, nowMs);
        }
        else if (nowMs >= _nextAt)
        {
            Begin(board, nowMs);
        }
    }

    private void Begin(SimulatedBoard board, long nowMs)
    {
        if (_steps.Count == 0)
        {
            PlanSteps();
        }

        if (_steps.TryDequeue(out var step))
        {
            Do(step, board, nowMs);
        }
        else
        {
            IsDone = true;
        }
    }

    // A group: its people arrive, the tube is scanned, then each person; an early end needs its card.
    private void PlanSteps()
    {
        if (_people.Count == 0)
        {
            return;
        }

        var size = Math.Min(_people.Count, plan.GroupSize);
        _steps.Enqueue(new VolunteerStep(StepKind.Arrivals, $"FN:ARRIVED:{size}", RecordType.Arrived));
        _tubeNumber++;
        _steps.Enqueue(new VolunteerStep(StepKind.Tube, $"{plan.TubePrefix}{_tubeNumber:D5}", RecordType.TubeOpened));
        for (var i = 0; i < size; i++)
        {
            if (random.NextDouble() < 0.01)
            {
                var wrong = Worlds.People.Generate(random);
                _steps.Enqueue(new VolunteerStep(StepKind.WrongPerson, wrong, RecordType.PersonSampled));
                _steps.Enqueue(new VolunteerStep(StepKind.Undo, wrong, RecordType.Undone));
            }

            _steps.Enqueue(new VolunteerStep(StepKind.Person, _people.Dequeue(), RecordType.PersonSampled));
        }

        if (size < plan.GroupSize)
        {
            _steps.Enqueue(new VolunteerStep(StepKind.Close, "FN:CLOSE:EMPTY", RecordType.TubeClosed));
        }
    }

    private void Do(VolunteerStep step, SimulatedBoard board, long nowMs)
    {
        _pending = step;
        _confirmedType = 0;
        _refusedReason = Refusal.None;
        _scannedAt = nowMs;
        if (step.Kind == StepKind.Undo)
        {
            board.Press(Button.Undo);
            return;
        }

        if (step.Kind == StepKind.Person && random.NextDouble() < 0.01)
        {
            board.Scanner.Send(Encode(Misread(step.Code)), nowMs);
            _scannedAt += NoSignalMs;
            nowMs += 1500;
        }

        board.Scanner.Send(Encode(step.Code), nowMs);
        if (random.NextDouble() < 0.05)
        {
            board.Scanner.Send(Encode(step.Code), nowMs + 1000); // continuous mode reads it again
        }
    }

    private void Listen(SimulatedBoard board, long nowMs)
    {
        var step = _pending!;
        var already = _refusedReason == Refusal.AlreadyInTube || _refusedReason == Refusal.TubeOpen || _refusedReason == Refusal.TubeUsed;
        if (_confirmedType == step.Confirmation || (already && step.IsRepeated && Shows(board, step)))
        {
            Finish(step, nowMs);
        }
        else if (nowMs - _scannedAt >= NoSignalMs)
        {
            step.IsRepeated = true;
            if (Shows(board, step))
            {
                Finish(step, nowMs);
            }
            else
            {
                Do(step, board, nowMs);
            }
        }
    }

    // What the screen tells about a step whose signal did not come, after the power was away.
    private bool Shows(SimulatedBoard board, VolunteerStep step)
    {
        var state = board.Node!.State;
        var group = state.People;
        return step.Kind switch
        {
            StepKind.Person or StepKind.WrongPerson => state.TubeStatus == LaneState.TubeOpen && group == _position + 1,
            StepKind.Undo => group == _position - 1,
            StepKind.Tube => state.TubeStatus == LaneState.TubeOpen && Encoding.ASCII.GetString(state.TubeCode, 0, state.TubeCodeCount) == step.Code,
            StepKind.Close => state.TubeStatus == LaneState.TubeClosed,
            _ => state.Arrivals >= (uint)(Sampled + 1),
        };
    }

    private void Finish(VolunteerStep step, long nowMs)
    {
        _pending = null;
        var personMs = plan.SecondsPerPerson * 1000;
        switch (step.Kind)
        {
            case StepKind.Tube:
                _tube = step.Code;
                _position = 0;
                truth.Tubes++;
                _nextAt = nowMs + 1000;
                break;
            case StepKind.Person:
                _position++;
                Sampled++;
                truth.Add(new SampledPerson(step.Code, plan.Site, plan.Lane, _tube!, _position, 1));
                _nextAt = nowMs + (long)(personMs * (0.6 + 0.8 * random.NextDouble()) - 1500);
                break;
            case StepKind.WrongPerson:
                _position++;
                _nextAt = nowMs + 1500;
                break;
            case StepKind.Undo:
                _position--;
                _nextAt = nowMs + 1500;
                break;
            default:
                _nextAt = nowMs + 1000;
                break;
        }
    }

    // A digit read wrong: the check character no longer fits.
    private string Misread(string code)
    {
        var at = random.Next(16);
        var digit = (char)('0' + (code[at] - '0' + 1 + random.Next(9)) % 10);
        return code[..at] + digit + code[(at + 1)..];
    }

    // Each lane's scanner is set up differently, as in the field.
    private byte[] Encode(string code)
    {
        var text = plan.ScannerPrefix + (code.EndsWith('X') && plan.LowerCaseX ? code[..^1] + "x" : code) + plan.Terminator;
        return Encoding.ASCII.GetBytes(text);
    }

    private enum StepKind
    {
        Arrivals,
        Tube,
        Person,
        WrongPerson,
        Undo,
        Close,
    }

    private sealed record VolunteerStep(StepKind Kind, string Code, byte Confirmation)
    {
        public bool IsRepeated { get; set; }
    }
}
