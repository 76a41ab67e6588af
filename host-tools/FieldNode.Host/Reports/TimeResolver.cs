namespace FieldNode.Host.Reports;

/// <summary>When a record was made, as well as it can be known.</summary>
/// <param name="At">The time, when a clock was set in the same boot.</param>
/// <param name="From">Not before, when only bounds are known.</param>
/// <param name="To">Not after, likewise.</param>
public readonly record struct ResolvedTime(DateTimeOffset? At, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>In words: empty when exact.</summary>
    public string Note => (At, From, To) switch
    {
        (not null, _, _) => "",
        (null, { } from, { } to) => $"between {Format(from)} and {Format(to)}",
        (null, { } from, null) => $"after {Format(from)}",
        (null, null, { } to) => $"before {Format(to)}",
        _ => "unknown",
    };

    /// <summary>UTC with milliseconds, empty when not exact.</summary>
    public string Text => At is { } at ? Format(at) : "";

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}

/// <summary>
/// Ties the ticks of one epoch's records to UTC afterwards: in each boot by the ClockSet nearest before a record, else the first one
/// after it; a boot without any is bounded by its neighbours. A gap in the log may hide a start: what follows it is taken for the same
/// boot only when the next start's count proves it.
/// </summary>
internal sealed class TimeResolver
{
    private readonly List<Boot> _boots = [new Boot()];
    private uint _bootCount;
    private DateTimeOffset?[]? _knownBefore;
    private DateTimeOffset?[]? _knownAfter;

    /// <summary>The node started, for the given time in this epoch: ticks begin again.</summary>
    public void Booted(uint count)
    {
        for (var i = _boots.Count - 1; i > 0 && _boots[i].FollowsGap && count == _bootCount + 1; i--)
        {
            _boots[i].SameAs = _boots[i - 1];
        }

        _bootCount = count;
        _boots.Add(new Boot());
    }

    /// <summary>Records are missing here; a start may be among them.</summary>
    public void Gap()
    {
        _boots.Add(new Boot { FollowsGap = true });
    }

    public void ClockSet(uint ticks, ulong utcMs)
    {
        // A forged or broken time outside what DateTimeOffset spans is no time.
        if (utcMs <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            _boots[^1].Clocks.Add((ticks, (long)utcMs));
        }
    }

    /// <summary>Notes a record and returns the key to ask for its time once all records are in.</summary>
    public (int Boot, int Clocks, uint Ticks) Mark(uint ticks)
    {
        var boot = _boots[^1];
        boot.LastTicks = Math.Max(boot.LastTicks, ticks);
        return (_boots.Count - 1, boot.Clocks.Count, ticks);
    }

    public ResolvedTime Resolve((int Boot, int Clocks, uint Ticks) mark)
    {
        var boot = _boots[mark.Boot];
        if (boot.Clocks.Count > 0)
        {
            return new ResolvedTime(boot.At(mark.Ticks, Math.Max(0, mark.Clocks - 1)), null, null);
        }

        for (var same = boot.SameAs; same is not null; same = same.SameAs)
        {
            if (same.Clocks.Count > 0)
            {
                return new ResolvedTime(same.At(mark.Ticks, same.Clocks.Count - 1), null, null);
            }
        }

        Bound();
        return new ResolvedTime(null, _knownBefore![mark.Boot], _knownAfter![mark.Boot]);
    }

    // For each boot the last time known before it and the first known after it, found once.
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

    private sealed class Boot
    {
        public List<(uint Ticks, long UtcMs)> Clocks { get; } = [];

        public uint LastTicks { get; set; }

        public bool FollowsGap { get; init; }

        public Boot? SameAs { get; set; }

        public DateTimeOffset At(uint ticks, int clock)
        {
            var (clockTicks, utcMs) = Clocks[clock];
            return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(utcMs + ((long)ticks - clockTicks), 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        }
    }
}
