using System.Text;
using FieldNode.Host.Reports;
using FieldNode.Protocol.Records;

namespace FieldNode.Host.Projection;

/// <summary>What a lane's screen shows now, reckoned from the records as the node reckons it: queue, open tube, modes.</summary>
internal sealed class LaneNowFold
{
    // A node can take back its last steps only: those of the open tube and what stands between.
    private const int RecentMax = 64;

    private readonly List<(uint Sequence, Step Step)> _recent = [];
    private readonly Dictionary<byte, int> _refusals = [];
    private readonly Dictionary<byte, byte> _parts = [];
    private LaneNow _now = new();
    private (uint Sequence, LaneNow Now) _beforeMode = (0, new LaneNow());

    private enum Step
    {
        TubeOpened,
        Sampled,
        SampledFromQueue,
        TubeClosed,
        TurnedAwayFromQueue,
    }

    public string Site => _now.Site;

    public string Lane => _now.Lane;

    public LaneNow Now => _now with { Refusals = new Dictionary<byte, int>(_refusals), Parts = new Dictionary<byte, byte>(_parts) };

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
                _beforeMode = (sequence, _now);
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
            _now = _now with { Round = _beforeMode.Now.Round, GroupSize = _beforeMode.Now.GroupSize, IsGreen = _beforeMode.Now.IsGreen, SampledBeforeShift = _beforeMode.Now.SampledBeforeShift };
        }

        var at = _recent.FindLastIndex(step => step.Sequence == sequence);
        if (at < 0)
        {
            return;
        }

        _now = _recent[at].Step switch
        {
            Step.TubeOpened => _now with { Tube = "", InTube = 0 },
            Step.TubeClosed => _now with { IsTubeOpen = _now.Tube.Length > 0 },
            Step.TurnedAwayFromQueue => _now with { Waiting = _now.Waiting + 1 },
            var step => _now with { InTube = Math.Max(0, _now.InTube - 1), Sampled = _now.Sampled - 1, Waiting = _now.Waiting + (step == Step.SampledFromQueue ? 1 : 0) },
        };
        _recent.RemoveAt(at);
    }

    /// <summary>People who had joined the queue leave it again: their arrival was undone.</summary>
    public void TakeBackArrival(int people)
    {
        _now = _now with { Waiting = Math.Max(0, _now.Waiting - people) };
    }

    private void AddPeople(uint sequence, RecordContent content, bool training)
    {
        switch (content)
        {
            case Arrived arrived when !training:
                _now = _now with { Waiting = _now.Waiting + arrived.People };
                break;
            case Called called when !training:
                _now = _now with { Called = called.People };
                break;
            case TubeOpened { Training: false } tube:
                _now = _now with { Tube = EpochFold.Ascii(tube), GroupSize = tube.GroupSize, InTube = 0, IsTubeOpen = true, Round = tube.Round };
                Remember(sequence, Step.TubeOpened);
                break;
            case PersonSampled { Training: false } person:
                Remember(sequence, TakeFromQueue() ? Step.SampledFromQueue : Step.Sampled);
                _now = _now with { InTube = _now.InTube + 1, Round = person.Round, Sampled = _now.Sampled + 1 };
                break;
            case TurnedAway { Training: false }:
                if (TakeFromQueue())
                {
                    Remember(sequence, Step.TurnedAwayFromQueue);
                }

                break;
            case TubeClosed when !training:
                _now = _now with { IsTubeOpen = false };
                Remember(sequence, Step.TubeClosed);
                break;
            default:
                break;
        }
    }

    private bool TakeFromQueue()
    {
        var waited = _now.Waiting > 0;
        _now = _now with { Waiting = _now.Waiting - (waited ? 1 : 0) };
        return waited;
    }

    private void SetMode(ModeSet mode)
    {
        _now = mode.Mode switch
        {
            ModeSet.GroupSize => _now with { GroupSize = _now.IsTubeOpen ? _now.GroupSize : mode.Value },
            ModeSet.Round => _now with { Round = mode.Value },
            ModeSet.Shift => _now with { SampledBeforeShift = _now.Sampled },
            ModeSet.LaneKind => _now with { IsGreen = mode.Value == ModeSet.LaneGreen },
            _ => _now,
        };
    }

    private void Remember(uint sequence, Step step)
    {
        if (_recent.Count == RecentMax)
        {
            _recent.RemoveAt(0);
        }

        _recent.Add((sequence, step));
    }
}
