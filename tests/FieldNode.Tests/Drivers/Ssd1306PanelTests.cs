using FieldNode.Core.Screens;
using FieldNode.Drivers;
using FieldNode.Simulator.Parts;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Drivers;

/// <summary>The panel's driver against a model of the controllers' memory and bus. Not tested with a real panel yet.</summary>
public sealed class Ssd1306PanelTests
{
    private const int WholeScreenMax = 1100;
    private const int OneCounterMax = 300;

    private static readonly ScreenPainter s_painter = new(ScreenWords.Chinese);

    public static TheoryData<bool> Controllers => [false, true];

    [Theory]
    [MemberData(nameof(Controllers))]
    public void The_glass_shows_what_the_canvas_holds_screen_after_screen(bool isSh1106)
    {
        var (chip, panel) = New(isSh1106);
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            var screen = new Screen
            {
                Kind = (byte)random.Next(9),
                Group = random.Next(11),
                GroupSize = 10,
                Queue = (uint)random.Next(300),
                Done = (uint)random.Next(5000),
                Unsent = (uint)random.Next(90),
                LinkUp = random.Next(2) == 0,
                Lane = "L1"u8.ToArray()
            };
            Show(panel, screen);

            AssertShows(chip, screen);
        }

        Assert.Empty(chip.Mistakes);
    }

    [Fact]
    public void A_whole_screen_costs_at_most_1100_bytes_on_the_bus()
    {
        var (chip, panel) = New(isSh1106: false);
        Show(panel, Lane(7));

        Assert.InRange(chip.BusBytes, 1024, WholeScreenMax);
    }

    [Fact]
    public void One_changed_counter_costs_at_most_300_bytes_and_no_change_nothing()
    {
        var (chip, panel) = New(isSh1106: false);
        var screen = Lane(0);
        Show(panel, screen);
        var worst = 0;
        for (var i = 1; i <= 99; i++)
        {
            worst = Math.Max(worst, Cost(chip, () => Show(panel, Lane(i % 10))));
            worst = Math.Max(worst, Cost(chip, () => Show(panel, Lane(i % 10, queue: (uint)i * 7))));
            worst = Math.Max(worst, Cost(chip, () => Show(panel, Lane(i % 10, queue: (uint)i * 7, done: (uint)i * 97))));
            Assert.Equal(0, Cost(chip, () => Show(panel, Lane(i % 10, queue: (uint)i * 7, done: (uint)i * 97))));
            Show(panel, Lane(i % 10));
        }

        Assert.InRange(worst, 1, OneCounterMax);
        TestContext.Current.TestOutputHelper?.WriteLine($"one changed counter: at most {worst} bytes");
    }

    [Fact]
    public void A_missing_panel_is_tried_again_and_then_gets_the_whole_screen()
    {
        var (chip, panel) = New(isSh1106: false);
        chip.IsMissing = true;
        panel.Show(Lane(1));
        panel.Step(0);
        panel.Step(10);
        panel.Step(20);
        Assert.False(panel.IsPresent);

        chip.IsMissing = false;
        Show(panel, Lane(2), at: 5009);
        Assert.False(panel.IsPresent);
        Show(panel, Lane(2), at: 5010);

        Assert.True(panel.IsPresent);
        AssertShows(chip, Lane(2));
    }

    [Fact]
    public void A_bus_that_hangs_is_tried_again_after_a_minute()
    {
        var (chip, panel) = New(isSh1106: false);
        chip.IsMissing = true;
        panel.Show(Lane(1));
        panel.Step(0);
        panel.Step(10);
        panel.Step(1010); // the transfer took a second
        var bytes = chip.BusBytes;
        for (uint now = 1020; now < 60_010; now += 10)
        {
            panel.Step(now);
        }

        Assert.Equal(bytes, chip.BusBytes);
        chip.IsMissing = false;
        Show(panel, Lane(1), at: 60_010);
        AssertShows(chip, Lane(1));
    }

    [Fact]
    public void A_screen_goes_out_a_page_a_step_and_screens_without_end_do_not_stop_it()
    {
        var (chip, panel) = New(isSh1106: false);
        Show(panel, Lane(1));
        for (var step = 0; step < 400; step++)
        {
            var before = chip.BusBytes;
            panel.Show(Lane(step % 10, queue: (uint)step * 13));
            panel.Step(0);
            Assert.InRange(chip.BusBytes - before, 0, 160);
        }

        Assert.InRange(chip.BusBytes, 4000, 40_000);
        Show(panel, Lane(3));
        AssertShows(chip, Lane(3));
    }

    [Fact]
    public void A_panel_that_drops_out_and_comes_back_dark_is_set_up_anew()
    {
        var (chip, panel) = New(isSh1106: false);
        Show(panel, Lane(1));
        chip.IsMissing = true;
        Show(panel, Lane(2));
        Assert.False(panel.IsPresent);
        chip.PowerOn();
        chip.IsMissing = false;

        Show(panel, Lane(3), at: 5000);

        AssertShows(chip, Lane(3));
    }

    // Steps until the screen is sent or the panel waits.
    private static void Show(Ssd1306Panel panel, Screen screen, uint at = 0)
    {
        panel.Show(screen);
        for (var step = 0; panel.IsBusy && step < 20; step++)
        {
            panel.Step(at);
        }
    }

    private static int Cost(OledChip chip, Action action)
    {
        var before = chip.BusBytes;
        action();
        return chip.BusBytes - before;
    }

    private static Screen Lane(int group, uint queue = 23, uint done = 147)
    {
        return new Screen
        {
            Kind = ScreenKind.Lane,
            Group = group,
            GroupSize = 10,
            Queue = queue,
            Done = done,
            Unsent = 12,
            LinkUp = true,
            Lane = "L1"u8.ToArray()
        };
    }

    private static void AssertShows(OledChip chip, Screen screen)
    {
        var canvas = new Canvas();
        s_painter.Paint(screen, canvas);
        Assert.Equal(canvas.Bytes, chip.Glass());
    }

    private static (OledChip Chip, Ssd1306Panel Panel) New(bool isSh1106)
    {
        var chip = isSh1106 ? new OledChip(columns: 132, columnsLeftOfGlass: 2) : new OledChip();
        return (chip, new Ssd1306Panel(new ModelOledBus(chip), s_painter, isSh1106 ? Ssd1306Panel.Sh1106Offset
            : Ssd1306Panel.Ssd1306Offset));
    }
}
