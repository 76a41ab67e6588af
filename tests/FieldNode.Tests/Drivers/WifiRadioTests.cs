using System.Reflection;
using FieldNode.Drivers;
using FieldNode.Protocol;
using FieldNode.Simulator.Parts;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Drivers;

/// <summary>Wi-Fi over a station that behaves like the platform's: reports wrong passwords, keeps retrying, and takes time.</summary>
public sealed class WifiRadioTests
{
    private const uint StepMs = 25;
    private const uint Hour = 3_600_000;

    private readonly AccessPoint _network = new("site", "secret12");
    private readonly ModelStation _station;
    private readonly WifiUplink _uplink;
    private uint _now;

    public WifiRadioTests()
    {
        _station = new ModelStation(_network, () => _now);
        _uplink = new WifiUplink(new WifiRadio(_station), new NoHttp(), 7);
        _uplink.Use("site", "secret12", "http://10.0.0.5:8080", []);
    }

    [Fact]
    public void A_link_that_comes_up_after_its_join_failed_is_up_without_another_join()
    {
        _network.IsOn = false;
        RunFor(8_000);
        Assert.Equal(PartState.Failed, _uplink.RadioPart);
        var joins = _network.Attempts;

        _network.IsOn = true; // the platform's own retry finds it
        RunFor(1_100);

        Assert.Equal((PartState.Ok, joins), (_uplink.RadioPart, _network.Attempts));
    }

    [Fact]
    public void A_weak_signal_is_not_told_as_a_wrong_password_until_several_joins_say_so_and_none_succeeds()
    {
        RunFor(3_000);
        for (var i = 0; i < 20; i++)
        {
            _network.IsOn = false;
            RunFor(1_500);
            _network.IsOn = true;
            _network.IsWeak = true;
            RunFor(4_000);
            Assert.NotEqual(PartState.WrongPassword, _uplink.RadioPart);
            _network.IsWeak = false;
            RunFor(10_000);
            Assert.Equal(PartState.Ok, _uplink.RadioPart);
        }

        _network.Password = "changed!";
        _network.IsOn = false;
        RunFor(2_000);
        _network.IsOn = true;
        RunFor(1_200_000);
        Assert.Equal(PartState.WrongPassword, _uplink.RadioPart);
        _network.Password = "secret12";
        RunFor(120_000);
        Assert.Equal(PartState.Ok, _uplink.RadioPart);
    }

    [Fact]
    public void A_password_that_was_never_right_is_told_within_half_a_minute()
    {
        _network.Password = "changed!";
        RunFor(30_000);
        Assert.Equal(PartState.WrongPassword, _uplink.RadioPart);
    }

    [Fact]
    public void A_good_link_is_never_torn_down_however_long_the_host_is_silent()
    {
        RunFor(3_000);
        for (var i = 0; i < 200; i++)
        {
            _uplink.Begin(0, [1], 1);
            RunFor(30_000);
        }

        Assert.Equal((PartState.Ok, 1), (_uplink.RadioPart, _network.Attempts));
    }

    [Fact]
    public void An_hour_without_the_network_costs_a_look_a_second_and_a_join_a_minute()
    {
        RunFor(3_000);
        var (joins, looks) = (_network.Attempts, _station.Looks);
        _network.IsOn = false;
        RunFor(Hour);
        Assert.InRange(_network.Attempts - joins, 30, 90);
        Assert.InRange(_station.Looks - looks, 3000, 3700); // one more after each join
        _network.IsOn = true;
        RunFor(1_100);
        Assert.Equal(PartState.Ok, _uplink.RadioPart);
    }

    [Fact]
    public void A_day_of_14_hours_without_an_access_point_leaves_no_memory_behind_and_calls_the_platform_once_a_second()
    {
        RunFor(3_000);
        var (before, joins, looks) = (Reachable(_uplink, []), _network.Attempts, _station.Looks);
        _network.IsOn = false;
        RunFor(14 * Hour);

        TestContext.Current.TestOutputHelper?.WriteLine($"{_network.Attempts - joins} joins, {_station.Looks - looks} looks, {before} "
            + $"objects and elements before, {Reachable(_uplink, [])} after");
        Assert.Equal(before, Reachable(_uplink, []));
        Assert.InRange(_network.Attempts - joins, 14 * 30, 14 * 90);
        Assert.InRange(_station.Looks - looks, 14 * 3000, 14 * 3700);
    }

    [Fact]
    public void A_thousand_joins_leave_no_memory_behind()
    {
        RunFor(3_000);
        var before = Reachable(_uplink, []);
        for (var i = 0; i < 1000; i++)
        {
            _network.IsOn = false;
            RunFor(8_000);
            _network.IsOn = true;
            RunFor(2_000);
            Assert.Equal(PartState.Ok, _uplink.RadioPart);
        }

        Assert.Equal(before, Reachable(_uplink, []));
        Assert.InRange(_network.Attempts, 1000, 3000);
    }

    // Counts objects and elements reachable from one of ours.
    private static int Reachable(object? value, HashSet<object> seen)
    {
        if (value is null or string or Delegate || value.GetType().IsPrimitive || !seen.Add(value))
        {
            return 0;
        }

        var children = value is Array array ? array.Cast<object?>() : value.GetType()
            .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(field => field.GetValue(value));
        return 1 + (value is Array { Length: var length } ? length : 0) + children.Sum(child => Reachable(child, seen));
    }

    private void RunFor(uint ms)
    {
        for (var end = _now + ms; _now < end; _now += StepMs)
        {
            _uplink.Step(_now);
            _uplink.Poll();
        }
    }

    // A host that never answers.
    private sealed class NoHttp : IHttpPost
    {
        private bool _isBusy;

        public byte[] Answer { get; } = [];

        public int AnswerCount => 0;

        public string LookUp(string name) => "";

        public bool Begin(string url, string contentType, byte[] body, byte[] certificate)
        {
            _isBusy = !_isBusy;
            return _isBusy;
        }

        public int Poll()
        {
            _isBusy = false;
            return HttpPost.NoAnswer;
        }
    }
}
