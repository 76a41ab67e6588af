using System.Text;
using FieldNode.Host.Reports;
using FieldNode.Protocol.Records;

namespace FieldNode.Host.Projection;

/// <summary>What a lane's screen shows now, reckoned from the records as the node reckons it: queue, open tube, modes.</summary>
internal sealed class LaneNowFold
{
    // A node can take back its last steps only: those of the open tube and what stands between.
    private const int RecentMax = 64;

    private readonly List<(uint Sequence, Step Step)> _recent = []; // the last of it count, and what is before them goes now and then
    private int _undoable;
    private readonly Dictionary<byte, int> _refusals = [];
    private readonly Dictionary<byte, byte> _parts = [];
    private LaneNow _now = new();
    private (uint Sequence, LaneNow Now) _beforeMode = (0, new LaneNow());

    // What each person changes: the rest is copied as a whole when it does.
    private int _waiting;
    private int _inTube;
    private int _sampled;
    private int _round = 1;

    private enum Step
    {
        TubeOpened,
        Sampled,
        SampledFromQueue,
        TubeClosed,
        TubeDamaged,
        TurnedAwayFromQueue,
    }

    public string Site => _now.Site;

    public string Lane => _now.Lane;

    public LaneNow Now => _now with { Waiting = _waiting, InTube = _inTube, Sampled = _sampled, Round = _round, Refusals = new Dictionary<byte, int>(_refusals), Parts = new Dictionary<byte, byte>(_parts) };

    public void Add(uint sequence, RecordContent content, bool training)
    {
        switch (content)
        {
            case Booted booted:
                _now = _now with { Site = Encoding.UTF8.GetString(booted.Site), Lane = Encoding.UTF8.GetString(booted.Lane), Starts = booted.BootCount, Firmware = $"{booted.Firmware >> 8}.{booted.Firmware & 0xFF}" };
                break;
            case ClockSet clock:
                _now = _now with { ClockErrorMs = clock.ErrorMs, ClockSource = clock.Source };
                break;
            case Refused refused:
                _refusals[refused.Reason] = _refusals.GetValueOrDefault(refused.Reason) + 1;
                break;
            case PartChanged part:
                _parts[part.Part] = part.State;
                break;
            case FlashWorn worn:
                _now = _now with { RetiredSectors = worn.RetiredSectors, Sectors = worn.Sectors };
                break;
            case ModeSet mode:
                _beforeMode = (sequence, _now with { Round = _round });
                SetMode(mode);
                break;
            default:
                AddPeople(sequence, content, training);
                break;
        }
    }

    public void Undo(uint sequence)
    {
        if (_beforeMode.Sequence == sequence)
        {
            _round = _beforeMode.Now.Round;
            _now = _now with { GroupSize = _beforeMode.Now.GroupSize, IsGreen = _beforeMode.Now.IsGreen, SampledBeforeShift = _beforeMode.Now.SampledBeforeShift };
        }

        var at = _undoable == 0 ? -1 : _recent.FindLastIndex(_recent.Count - 1, _undoable, step => step.Sequence == sequence);
        if (at < 0)
        {
            return;
        }

        Undo(_recent[at].Step);
        _recent.RemoveAt(at);
        _undoable--;
    }

    /// <summary>People who had joined the queue leave it again: their arrival was undone.</summary>
    public void TakeBackArrival(int people)
    {
        _waiting = Math.Max(0, _waiting - people);
    }

    private void AddPeople(uint sequence, RecordContent content, bool training)
    {
        switch (content)
        {
            case Arrived arrived when !training:
                _waiting += arrived.People;
                break;
            case Called called when !training:
                _now = _now with { Called = called.People };
                break;
            case TubeOpened { Training: false } tube:
                _now = _now with { Tube = EpochFold.Ascii(tube), GroupSize = tube.GroupSize, IsTubeOpen = true };
                (_inTube, _round) = (0, tube.Round);
                Remember(sequence, Step.TubeOpened);
                break;
            case PersonSampled { Training: false } person:
                Remember(sequence, TakeFromQueue() ? Step.SampledFromQueue : Step.Sampled);
                _inTube++;
                _sampled++;
                _round = person.Round;
                break;
            case TurnedAway { Training: false }:
                if (TakeFromQueue())
                {
                    Remember(sequence, Step.TurnedAwayFromQueue);
                }

                break;
            case TubeClosed closed when !training:
                var isDamaged = closed.Reason == TubeClosed.TubeDamaged && _now.IsTubeOpen;
                _sampled -= isDamaged ? _inTube : 0; // they come again
                _now = _now with { IsTubeOpen = false };
                Remember(sequence, isDamaged ? Step.TubeDamaged : Step.TubeClosed);
                break;
            default:
                break;
        }
    }

    private bool TakeFromQueue()
    {
        var waited = _waiting > 0;
        _waiting -= waited ? 1 : 0;
        return waited;
    }

    private void Undo(Step step)
    {
        switch (step)
        {
            case Step.TubeOpened:
                _now = _now with { Tube = "" };
                _inTube = 0;
                break;
            case Step.TubeDamaged:
                _sampled += _inTube;
                _now = _now with { IsTubeOpen = _now.Tube.Length > 0 };
                break;
            case Step.TubeClosed:
                _now = _now with { IsTubeOpen = _now.Tube.Length > 0 };
                break;
            case Step.TurnedAwayFromQueue:
                _waiting++;
                break;
            default:
                _inTube = Math.Max(0, _inTube - 1);
                _sampled--;
                _waiting += step == Step.SampledFromQueue ? 1 : 0;
                break;
        }
    }

    private void SetMode(ModeSet mode)
    {
        _round = mode.Mode == ModeSet.Round ? mode.Value : _round;
        _now = mode.Mode switch
        {
            ModeSet.GroupSize => _now with { GroupSize = _now.IsTubeOpen ? _now.GroupSize : mode.Value },
            ModeSet.Shift => _now with { SampledBeforeShift = _sampled },
            ModeSet.LaneKind => _now with { IsGreen = mode.Value == ModeSet.LaneGreen },
            _ => _now,
        };
    }

    private void Remember(uint sequence, Step step)
    {
        if (_recent.Count == 2 * RecentMax)
        {
            _recent.RemoveRange(0, RecentMax); // not one each time, which would be most of the work
        }

        _recent.Add((sequence, step));
        _undoable = Math.Min(_undoable + 1, RecentMax);
    }
}
