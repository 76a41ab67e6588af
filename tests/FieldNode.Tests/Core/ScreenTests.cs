using FieldNode.Core.Screens;
using FieldNode.Protocol;
using FieldNode.Simulator.Panel;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

public sealed class ScreenTests
{
    [Fact]
    public void Every_character_of_every_word_has_a_glyph()
    {
        foreach (var language in new[] { ScreenWords.English, ScreenWords.Chinese })
        {
            var words = Enumerable.Range(0, ScreenWords.Count).Select(word => ScreenWords.Word(word, language))
                .Concat(Enumerable.Range(0, Refusal.Last + 1).Select(reason => ScreenWords.OfRefusal((byte)reason, language)));
            Assert.All(string.Concat(words), character =>
                Assert.True(Glyphs.Has(character), $"'{character}' has no glyph: run firmware/nano/make-glyphs.cs"));
        }
    }

    [Theory]
    [InlineData("E4B89CE997A832E58FB7", "东门2号")]
    [InlineData("4C39", "L9")]
    [InlineData("E4B8", "??")]
    [InlineData("FF80C3A9", "???")]
    [InlineData("E4413132", "?A12")]
    public void A_lanes_name_is_drawn_whatever_its_bytes_are(string utf8, string shown)
    {
        var (drawn, expected) = (new Canvas(), new Canvas());
        var bytes = Convert.FromHexString(utf8);

        Assert.Equal(expected.DrawText(shown, 0, 0), drawn.DrawUtf8(bytes, bytes.Length, 0, 0));
        Assert.Equal(expected.Bytes, drawn.Bytes);
        Assert.All(ScreenWords.LaneLetters, letter => Assert.True(Glyphs.Has(letter)));
    }

    [Fact]
    public void Every_refusal_fits_the_screen_in_both_languages()
    {
        foreach (var language in new[] { ScreenWords.English, ScreenWords.Chinese })
        {
            Assert.All(Enumerable.Range(1, Refusal.Last), reason =>
            {
                var words = ScreenWords.OfRefusal((byte)reason, language);
                Assert.InRange(words.Sum(character => Glyphs.Width(Glyphs.Find(character))), 1, Canvas.Width);
            });
        }
    }

    [Fact]
    public void The_groups_number_is_at_least_32_pixels_high()
    {
        var canvas = new Canvas();
        new ScreenPainter(ScreenWords.Chinese).Paint(new Screen { Kind = ScreenKind.Lane, Group = 8, GroupSize = 10 }, canvas);
        var rows = Enumerable.Range(16, 48).Where(y => Enumerable.Range(0, 48).Any(x => canvas.IsLit(x, y))).ToList();

        Assert.InRange(rows[^1] - rows[0] + 1, 32, 48);
    }

    [Fact]
    public void A_persons_number_is_masked()
    {
        var screen = new Screen();
        screen.SetMasked("11010519491231002X"u8.ToArray(), 0, 18);

        Assert.Equal("110~002X", Text.FromAscii(screen.Code, 0, screen.CodeCount));
    }

    [Fact]
    public void A_confirmation_is_shown_and_then_the_lane_again()
    {
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", "11010519491231002X");
        Assert.Equal(ScreenKind.Confirmed, bench.Node.Screen.Kind);

        bench.Press(0);
        for (var i = 0; i < 40; i++)
        {
            bench.Press(0);
        }

        Assert.Equal(ScreenKind.Lane, bench.Node.Screen.Kind);
        Assert.Equal(1, bench.Node.Screen.Group);
    }

    [Fact]
    public void The_terminal_shows_the_same_facts()
    {
        var bench = new Bench().Start();
        bench.Scan("FN:ARRIVED:5", "ZZ00000001", "11010519491231002X");

        var text = string.Join('\n', ScreenText.Render(bench.Node.Screen, ScreenWords.Chinese));

        Assert.All(["[1/10]", "✓ 110…002X", "排队 4", "已采 1", "未传 4"], fact => Assert.Contains(fact, text, StringComparison.Ordinal));
    }
}
