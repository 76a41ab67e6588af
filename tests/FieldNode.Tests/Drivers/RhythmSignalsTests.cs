using System.Text;
using FieldNode.Core.Ports;
using FieldNode.Drivers;
using FieldNode.Tests.Support;
using FieldNode.Protocol;

namespace FieldNode.Tests.Drivers;

/// <summary>Every signal can be recognised by its rhythm alone, on buzzer and lamp alike.</summary>
public sealed class RhythmSignalsTests
{
    private const uint StepMs = 10;

    private readonly ModelPin _buzzer = new();
    private readonly ModelPin _lamp = new();
    private readonly RhythmSignals _signals;
    private uint _now = uint.MaxValue - 1500; // ticks wrap during a rhythm

    public RhythmSignalsTests()
    {
        _signals = new RhythmSignals(_buzzer, _lamp);
    }

    public static TheoryData<string, string> Rhythms => new()
    {
        { nameof(ISignals.Confirmed), "▁" },
        { nameof(ISignals.Attention), "▁ ▁ ▁▁▁▁" },
        { nameof(ISignals.GroupFull), "▁▁▁▁ ▁▁▁▁ ▁▁▁▁" },
        { nameof(ISignals.Refused), "▁▁▁▁▁▁▁▁▁ ▁ ▁" },
    };

    [Theory]
    [MemberData(nameof(Rhythms))]
    public void Each_signal_has_its_rhythm(string signal, string rhythm)
    {
        Give(signal);

        Assert.Equal(rhythm, Listen(3000));
        Assert.False(_buzzer.IsActive || _lamp.IsActive);
    }

    [Fact]
    public void A_refusal_cuts_a_confirmation_and_a_confirmation_never_a_refusal()
    {
        Give(nameof(ISignals.Confirmed));
        Listen(20);
        Give(nameof(ISignals.Refused));
        Listen(300);
        Give(nameof(ISignals.Confirmed));

        Assert.Equal("▁▁▁▁▁▁ ▁ ▁", Listen(3000));
    }

    [Fact]
    public void A_question_of_the_lane_does_not_sound_like_a_step_done()
    {
        _signals.Confirmed(RecordType.Asked, 1);

        Assert.Equal("▁ ▁ ▁▁▁▁", Listen(3000));
    }

    [Fact]
    public void The_tenth_person_is_heard_as_a_full_group()
    {
        Give(nameof(ISignals.Confirmed));
        Give(nameof(ISignals.GroupFull));

        Assert.Equal("▁▁▁▁ ▁▁▁▁ ▁▁▁▁", Listen(3000));
    }

    [Fact]
    public void Two_confirmations_in_a_row_are_two()
    {
        Give(nameof(ISignals.Confirmed));
        var first = Listen(250);
        Give(nameof(ISignals.Confirmed));

        Assert.Equal("▁/▁", $"{first}/{Listen(1000)}");
    }

    private void Give(string signal)
    {
        switch (signal)
        {
            case nameof(ISignals.Confirmed): _signals.Confirmed(RecordType.PersonSampled, 1); break;
            case nameof(ISignals.Attention): _signals.Attention(); break;
            case nameof(ISignals.GroupFull): _signals.GroupFull(); break;
            default: _signals.Refused(Refusal.CheckDigit); break;
        }
    }

    // The signal as a volunteer hears it: a mark for each tenth of a second of sound, a gap for each silence.
    private string Listen(uint ms)
    {
        var heard = new StringBuilder();
        uint sounding = 0;
        for (uint passed = 0; passed < ms; passed += StepMs)
        {
            _signals.Step(_now);
            Assert.Equal(_buzzer.IsActive, _lamp.IsActive);
            if (_buzzer.IsActive)
            {
                sounding += StepMs;
            }
            else if (sounding > 0)
            {
                heard.Append('▁', (int)Math.Max(1, (sounding + 50) / 100)).Append(' ');
                sounding = 0;
            }

            _now += StepMs;
        }

        return (sounding > 0 ? heard.Append('▁', (int)Math.Max(1, (sounding + 50) / 100)) : heard).ToString().TrimEnd();
    }
}
