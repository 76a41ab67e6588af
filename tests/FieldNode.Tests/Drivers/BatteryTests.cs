using FieldNode.Drivers;
using FieldNode.Protocol;

namespace FieldNode.Tests.Drivers;

/// <summary>A cell whose voltage sags with each Wi-Fi burst, runs low, and is charged.</summary>
public sealed class BatteryTests : IAnalogInput
{
    public const int Low = 3400;

    private readonly Battery _battery;
    private int _millivolts;
    private uint _now = uint.MaxValue - 2000; // ticks wrap within every test

    public BatteryTests()
    {
        _battery = new Battery(this);
    }

    int IAnalogInput.ReadMillivolts() => _millivolts;

    [Fact]
    public void A_sag_of_a_moment_is_not_low_and_a_low_cell_does_not_flicker()
    {
        Pass(3700);
        Assert.Equal((PartState.Ok, 3700), (_battery.State, _battery.Millivolts));
        Pass(3100, seconds: 0.5);
        Assert.Equal(PartState.Ok, _battery.State);

        Pass(Low);
        Assert.Equal(PartState.Low, _battery.State);
        Pass(3550);
        Assert.Equal(PartState.Low, _battery.State);
        Pass(3650);
        Assert.Equal(PartState.Ok, _battery.State);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(2400)]
    [InlineData(6600)]
    public void What_no_cell_has_is_no_cell(int millivolts)
    {
        Pass(3700);
        Pass(millivolts);

        Assert.Equal((PartState.Failed, 0), (_battery.State, _battery.Millivolts));
        Pass(3700);
        Assert.Equal((PartState.Ok, 3700), (_battery.State, _battery.Millivolts));
    }

    [Theory]
    [InlineData(3700, 4015)]
    [InlineData(3700, 3300)]
    [InlineData(4200, 3900)]
    public void What_a_multimeter_shows_is_what_it_measures_from_then_on(int measured, int truth)
    {
        Pass(measured);
        _battery.SetScale(_battery.ScaleFor(truth));
        Pass(measured);

        Assert.InRange(_battery.Millivolts, truth - 3, truth + 3);
        var again = _battery.ScaleFor(truth); // a second calibration starts from the first
        Assert.InRange(again, _battery.Scale - 1, _battery.Scale + 1);
    }

    [Fact]
    public void A_scale_that_no_converter_has_is_refused_and_one_that_was_never_set_is_one()
    {
        Assert.Equal(0, _battery.ScaleFor(4000)); // nothing is measured yet
        Pass(3000);
        Assert.Equal(0, _battery.ScaleFor(3500));
        Assert.Equal(0, _battery.ScaleFor(2500));
        _battery.SetScale(0);
        Assert.Equal(1000, _battery.Scale);
    }

    private void Pass(int millivolts, double seconds = 10)
    {
        _millivolts = millivolts;
        for (var end = _now + (uint)(seconds * 1000); (int)(end - _now) > 0; _now += 10)
        {
            _battery.Step(_now);
        }
    }
}
