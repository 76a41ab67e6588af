using FieldNode.Core.Ports;
using FieldNode.Drivers;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Drivers;

/// <summary>Bouncing contacts, gloves, bags and legs: each person counts once.</summary>
public sealed class ButtonsTests
{
    private const int StepMs = 5;

    private readonly ModelPin _arrived = new();
    private readonly ModelPin _undo = new();
    private readonly ModelPin _beam = new();
    private readonly Buttons _buttons;
    private uint _now = uint.MaxValue - 3000; // ticks wrap within every test

    public ButtonsTests()
    {
        _buttons = new Buttons(_arrived, _undo, new BeamSensor(_beam));
    }

    [Fact]
    public void A_bouncing_press_is_one_arrival()
    {
        var seed = Seed.Take(nameof(A_bouncing_press_is_one_arrival));
        var random = new Random(seed);
        for (var press = 0; press < 300; press++)
        {
            Bounce(_arrived, to: true, random);
            Pass(random.Next(40, 2000));
            Bounce(_arrived, to: false, random);
            Pass(random.Next(40, 400));

            Assert.Equal([Button.Arrived], TakeAll());
        }
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(600, 0)]
    [InlineData(800, 1)]
    [InlineData(10_000, 1)]
    public void Undo_must_be_held_and_counts_once(int heldMs, int expected)
    {
        Press(_undo, heldMs);
        Press(_undo, 50);

        Assert.Equal(Enumerable.Repeat(Button.Undo, expected), TakeAll());
    }

    [Fact]
    public void Presses_wait_for_a_busy_node()
    {
        Press(_arrived, 60);
        Press(_arrived, 60);
        Press(_arrived, 60);

        Assert.Equal([Button.Arrived, Button.Arrived, Button.Arrived], TakeAll());
    }

    [Fact]
    public void One_person_through_the_beam_is_one_whatever_legs_and_bag_do()
    {
        foreach (var (interrupted, free) in new[] { (120, 90), (200, 120), (80, 300), (150, 0) })
        {
            Press(_beam, interrupted, free);
        }

        Pass(1000);
        Assert.Equal([Button.Arrived], TakeAll());
    }

    [Fact]
    public void People_at_a_metres_distance_are_counted_each()
    {
        for (var person = 0; person < 40; person++)
        {
            Press(_beam, 250, 450);
        }

        Assert.Equal(40, TakeAll().Count);
    }

    [Fact]
    public void Who_stands_in_the_beam_is_one_person_and_an_insect_is_none()
    {
        Press(_beam, 30, 500);
        Assert.Empty(TakeAll());

        Press(_beam, 60_000, 500);
        Assert.Equal([Button.Arrived], TakeAll());
    }

    private void Press(ModelPin pin, int ms, int freeMs = 100)
    {
        pin.IsActive = true;
        Pass(ms);
        pin.IsActive = false;
        Pass(freeMs);
    }

    private void Bounce(ModelPin pin, bool to, Random random)
    {
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            pin.IsActive = !pin.IsActive;
            Pass(random.Next(1, 4) * StepMs);
        }

        pin.IsActive = to;
    }

    private void Pass(int ms)
    {
        for (var passed = 0; passed < ms; passed += StepMs)
        {
            _buttons.Step(_now);
            _now += StepMs;
        }
    }

    private List<byte> TakeAll()
    {
        var taken = new List<byte>();
        byte button;
        while ((button = _buttons.Take()) != Button.None)
        {
            taken.Add(button);
        }

        return taken;
    }
}
