using System.Text;
using FieldNode.Answers.Facts;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>State of a lane's box: where it is enrolled, its firmware, clock, parts and flash, and the scans it refused. None of it can be
/// undone.</summary>
internal sealed class BoxFold
{
    private readonly Dictionary<byte, int> _refusals = [];
    private readonly Dictionary<byte, byte> _parts = [];
    private LaneNow _now = new();

    public string Site => _now.Site;

    public string Lane => _now.Lane;

    public LaneNow Now => _now with { Refusals = new Dictionary<byte, int>(_refusals), Parts = new Dictionary<byte, byte>(_parts) };

    public void Add(RecordContent content)
    {
        switch (content)
        {
            case Booted booted:
                _now = _now with
                {
                    Site = Encoding.UTF8.GetString(booted.Site),
                    Lane = Encoding.UTF8.GetString(booted.Lane),
                    Firmware = $"{booted.Firmware >> 8}.{booted.Firmware & 0xFF}",
                };
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
            default:
                break;
        }
    }
}
