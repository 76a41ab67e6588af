using FieldNode.Answers.Facts;

namespace FieldNode.Answers.Projection;

/// <summary>
/// Converts the ticks of one epoch's records to UTC afterwards: in each boot by the last ClockSet before a record, else the first one after
/// it. A boot without any is bounded by its neighbours. A gap in the log may hide a start: records after it belong to the same boot only if
/// the next start's count proves it.
/// </summary>
internal sealed class TimeResolver
{
    private readonly List<Boot> _boots = [new Boot(0)];
    private uint _lastBoot;
    private DateTimeOffset?[]? _knownBefore;
    private DateTimeOffset?[]? _knownAfter;

    /// <summary>Notes a start of the node, with its number: ticks begin again. Returns whether earlier times are now known more
    /// exactly.</summary>
    public bool Booted(uint sequence, uint count)
    {
        var joined = false;
        for (var i = _boots.Count - 1; i > 0 && _boots[i].FollowsGap && count == _lastBoot + 1; i--)
        {
            _boots[i].SameAs = _boots[i - 1];
            joined = true;
        }

        _lastBoot = count;
        Begin(new Boot(sequence));
        return joined;
    }

    /// <summary>Notes that records are missing before this one; a start may be among them.</summary>
    public void Gap(uint sequence)
    {
        Begin(new Boot(sequence) { FollowsGap = true });
    }

    /// <summary>Notes the UTC time at these ticks. Returns whether earlier times are now known, because it is the boot's first
    /// clock.</summary>
    public bool ClockSet(uint sequence, uint ticks, ulong utcMs)
    {
        // A forged or broken time outside the range of DateTimeOffset is ignored.
        if (utcMs > (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        var boot = _boots[^1];
        boot.Clocks.Add((sequence, ticks, (long)utcMs));
        _knownBefore = null;
        return boot.Clocks.Count == 1 && boot.First < sequence;
    }

    /// <summary>Notes the ticks of a record: later records without a clock were made after it.</summary>
    public void Saw(uint ticks)
    {
        var boot = _boots[^1];
        if (ticks > boot.LastTicks)
        {
            boot.LastTicks = ticks;
            _knownBefore = null;
        }
    }

    /// <summary>When a record was made, as far as the records so far show.</summary>
    public ResolvedTime Resolve(uint sequence, uint ticks)
    {
        var index = BootOf(sequence);
        var boot = _boots[index];
        if (boot.Clocks.Count > 0)
        {
            return new ResolvedTime(boot.At(ticks, boot.ClockBefore(sequence)), null, null);
        }

        for (var same = boot.SameAs; same is not null; same = same.SameAs)
        {
            if (same.Clocks.Count > 0)
            {
                return new ResolvedTime(same.At(ticks, same.Clocks.Count - 1), null, null);
            }
        }

        Bound();
        return new ResolvedTime(null, _knownBefore![index], _knownAfter![index]);
    }

    private void Begin(Boot boot)
    {
        _boots.Add(boot);
        _knownBefore = null;
    }

    private int BootOf(uint sequence)
    {
        var (low, high) = (0, _boots.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _boots[middle].First <= sequence ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    // For each boot, the last known time before it and the first known time after it; cached until the next change.
    private void Bound()
    {
        if (_knownBefore is not null)
        {
            return;
        }

        _knownBefore = new DateTimeOffset?[_boots.Count];
        _knownAfter = new DateTimeOffset?[_boots.Count];
        for (var i = 1; i < _boots.Count; i++)
        {
            var before = _boots[i - 1];
            _knownBefore[i] = before.Clocks.Count > 0 ? before.At(before.LastTicks, before.Clocks.Count - 1) : _knownBefore[i - 1];
        }

        for (var i = _boots.Count - 2; i >= 0; i--)
        {
            var after = _boots[i + 1];
            _knownAfter[i] = after.Clocks.Count > 0 ? after.At(0, 0) : _knownAfter[i + 1];
        }
    }

    /// <param name="first">Sequence number of its first record.</param>
    private sealed class Boot(uint first)
    {
        public uint First { get; } = first;

        public List<(uint Sequence, uint Ticks, long UtcMs)> Clocks { get; } = [];

        public uint LastTicks { get; set; }

        public bool FollowsGap { get; init; }

        public Boot? SameAs { get; set; }

        /// <summary>Index of the last clock before a record, else the first after it.</summary>
        public int ClockBefore(uint sequence) => Math.Max(0, Clocks.LastUpTo(sequence, static clock => clock.Sequence));

        public DateTimeOffset At(uint ticks, int clock)
        {
            var (_, clockTicks, utcMs) = Clocks[clock];
            return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(utcMs + ((long)ticks - clockTicks), 0,
                DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        }
    }
}
