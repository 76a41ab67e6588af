using FieldNode.Drivers;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Parts;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Drivers;

/// <summary>
/// The time before a host has set it: from a DS3231 that kept it, or from SNTP; never from 1970 or from a chip that had stopped.
/// </summary>
public sealed class DeviceClockTests : ISystemTime
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 8, 30, 15, TimeSpan.Zero);

    private readonly Ds3231Chip _chip = new();
    private readonly DeviceClock _clock;

    public DeviceClockTests()
    {
        _clock = New();
    }

    public ulong UtcMs { get; private set; }

    public uint Ticks { get; private set; } = 5000;

    void ISystemTime.Set(ulong utcMs) => UtcMs = utcMs / 1000 * 1000; // as the platform does

    [Fact]
    public void Nothing_knows_the_time_before_somebody_told_it()
    {
        Assert.False(_clock.TryRead(out _, out _));
        UtcMs = (ulong)s_now.ToUnixTimeMilliseconds();

        Assert.True(_clock.TryRead(out var utcMs, out var source));
        Assert.Equal((UtcMs, ClockSet.SourceSntp), (utcMs, source));
    }

    [Fact]
    public void What_the_host_tells_is_kept_over_a_restart_to_the_second()
    {
        _clock.Set((ulong)s_now.ToUnixTimeMilliseconds());
        _chip.WorldMs += 3_600_000;
        UtcMs = 0;

        Assert.True(New().TryRead(out var utcMs, out var source));
        Assert.Equal((s_now.AddHours(1), ClockSet.SourceRtc), (DateTimeOffset.FromUnixTimeMilliseconds((long)utcMs), source));
    }

    [Fact]
    public void Milliseconds_that_the_platform_drops_are_kept_until_somebody_else_sets_it()
    {
        var told = (ulong)s_now.ToUnixTimeMilliseconds() + 789;
        Assert.False(_clock.TryRead(out _, out _)); // at the start, before a host has answered
        _clock.Set(told);
        Pass(3_600_123);
        Assert.True(_clock.TryRead(out var utcMs, out _));
        Assert.Equal(told + 3_600_123, utcMs);

        UtcMs += 7_456; // SNTP
        Pass(1000);
        Assert.True(_clock.TryRead(out utcMs, out _));
        Assert.Equal(UtcMs, utcMs);
    }

    private void Pass(uint ms)
    {
        UtcMs += ms;
        Ticks += ms;
    }

    [Fact]
    public void Every_day_of_a_century_comes_back_as_it_was_set()
    {
        var rtc = new Ds3231(new ModelI2c(_chip));
        for (var day = new DateTimeOffset(2000, 1, 1, 23, 59, 58, TimeSpan.Zero); day.Year < 2100; day = day.AddDays(1))
        {
            Assert.True(rtc.Set((ulong)day.ToUnixTimeSeconds()));
            Assert.True(rtc.TryRead(out var seconds));
            Assert.Equal(day.ToUnixTimeSeconds(), (long)seconds);
        }

        Assert.False(rtc.Set((ulong)new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData("cell")]
    [InlineData("missing")]
    [InlineData("1999")]
    [InlineData("minute")]
    [InlineData("month")]
    [InlineData("12 hours")]
    [InlineData("no BCD")]
    public void A_chip_that_stood_is_missing_or_holds_no_time_is_not_believed(string what)
    {
        _clock.Set((ulong)s_now.ToUnixTimeMilliseconds());
        UtcMs = 0;
        Spoil(what);

        Assert.False(New().TryRead(out _, out _));
    }

    private void Spoil(string what)
    {
        switch (what)
        {
            case "cell": _chip.LoseCell(); break;
            case "missing": _chip.IsMissing = true; break;
            case "1999": _chip.Spoil(6, 0x00); break;
            case "minute": _chip.Spoil(1, 0x60); break;
            case "month": _chip.Spoil(5, 0x13); break;
            case "12 hours": _chip.Spoil(2, 0x48); break;
            default: _chip.Spoil(4, 0x0A); break;
        }
    }

    private DeviceClock New() => new(this, new Ds3231(new ModelI2c(_chip)));
}
