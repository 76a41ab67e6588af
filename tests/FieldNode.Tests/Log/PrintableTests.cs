using FieldNode.Log;

namespace FieldNode.Tests.Log;

/// <summary>External text cannot move the cursor, set the clipboard, start a line or change the reading direction.</summary>
public sealed class PrintableTests
{
    [Theory]
    [InlineData("\x1B]52;c;cm0gLXJmIC8=\a")]
    [InlineData("L1\nnode 7 is fine")]
    [InlineData("\r✓ all right")]
    [InlineData("invoice\u202Etxt.exe")]
    [InlineData("a\u2066b\u2069")]
    [InlineData("a\u2028b")]
    [InlineData("\u009B2J")]
    [InlineData("zero\u200Bwidth")]
    public void What_is_not_to_be_seen_is_replaced_sign_by_sign(string text)
    {
        var shown = Printable.Escape(text);

        Assert.False(Printable.Is(text));
        Assert.True(Printable.Is(shown));
        Assert.Equal(text.Length, shown.Length);
        Assert.Contains('\uFFFD', shown);
    }

    [Theory]
    [InlineData("3号楼 · 王芳 – 10 °C ✓")]
    [InlineData("")]
    public void What_people_write_stays(string text) => Assert.Same(text, Printable.Escape(text));

    [Fact]
    public void A_message_keeps_its_lines() => Assert.Equal("one\ntwo\uFFFD", Printable.Lines("one\r\ntwo\x1B"));
}
