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
/// after it; a boot without any is bounded by its neighbours.
/// </summary>
internal sealed class TimeResolver
{
    private readonly List<Boot> _boots = [new Boot()];

    /// <summary>The node started: ticks begin again.</summary>
    public void Booted()
    {
        _boots.Add(new Boot());
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
        var clocks = _boots[mark.Boot].Clocks;
        if (clocks.Count > 0)
        {
            var (ticks, utcMs) = clocks[Math.Max(0, Math.Min(mark.Clocks, clocks.Count) - 1)];
            return new ResolvedTime(At(utcMs + ((long)mark.Ticks - ticks)), null, null);
        }

        DateTimeOffset? from = null;
        DateTimeOffset? to = null;
        for (var i = mark.Boot - 1; i >= 0 && from is null; i--)
        {
            from = _boots[i].Clocks.Count > 0 ? _boots[i].At(_boots[i].LastTicks) : null;
        }

        for (var i = mark.Boot + 1; i < _boots.Count && to is null; i++)
        {
            to = _boots[i].Clocks.Count > 0 ? _boots[i].At(0) : null;
        }

        return new ResolvedTime(null, from, to);
    }

    private static DateTimeOffset At(long utcMs)
    {
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(utcMs, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
    }

    private sealed class Boot
    {
        public List<(uint Ticks, long UtcMs)> Clocks { get; } = [];

        public uint LastTicks { get; set; }

        public DateTimeOffset At(uint ticks)
        {
            var (clockTicks, utcMs) = Clocks[0];
            return TimeResolver.At(utcMs + ((long)ticks - clockTicks));
        }
    }
}
