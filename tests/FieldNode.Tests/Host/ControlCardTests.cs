using System.Text;
using FieldNode.Core.Scan;
using FieldNode.Host;
using FieldNode.Host.Cards;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Host;

/// <summary>What is printed is what the node understands, and all of it.</summary>
public sealed class ControlCardTests
{
    [Fact]
    public void The_node_understands_every_card_that_is_printed()
    {
        Assert.All(ControlCards.All.Append(ControlCards.Badge("zhang.san")), card =>
        {
            var bytes = Encoding.ASCII.GetBytes(card.Code);
            var read = new Card();
            read.Read(bytes, 0, bytes.Length);
            Assert.True(read.Word != Card.Unknown, card.Code);
        });
    }

    [Fact]
    public void Every_word_of_the_lane_language_is_printed()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "lane-language.md"));
        var words = System.Text.RegularExpressions.Regex.Matches(page, "`FN:([A-Z]+)").Select(match => match.Groups[1].Value).Distinct().Where(word => word is not ("ENROL" or "PART" or "BADGE")).ToList();

        Assert.True(words.Count > 7);
        Assert.All(words, word => Assert.Contains(ControlCards.All, card => card.Code.Split(':')[1] == word));
        Assert.Equal(ControlCards.All.Count, ControlCards.All.Select(card => card.Code).Distinct().Count());
        Assert.Equal(ControlCards.All.Count, ControlCards.All.Select(card => card.Sign).Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_page_loads_nothing_from_elsewhere_and_holds_every_card(bool chinese)
    {
        var html = CardSheet.Html([.. ControlCards.All, ControlCards.Badge("li.si")], "<正飞>", chinese);

        Assert.DoesNotMatch("(src|href)=", html);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<正飞>", html, StringComparison.Ordinal);
        Assert.Equal(ControlCards.All.Count + 1, html.Split("<svg").Length - 1);
        Assert.All(ControlCards.All, card => Assert.Contains(chinese ? card.Chinese : card.English, html, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("zhang san")]
    [InlineData("张三")]
    [InlineData("a:b")]
    [InlineData("a.name.of.seventeen")]
    public void A_badge_that_no_node_would_take_is_not_printed(string name)
    {
        Assert.Equal("bad-badge", Assert.Throws<HostFault>(() => ControlCards.Badge(name)).Code);
    }
}
