using System.Text;
using FieldNode.Core.Scan;
using FieldNode.Host.Cards;
using FieldNode.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Tests.Host;

/// <summary>The node understands every printed card, and every card that it understands is printed.</summary>
public sealed class ControlCardTests
{
    [Fact]
    public void The_node_understands_every_card_that_is_printed()
    {
        Assert.All(ControlCards.All.Concat([ControlCards.Badge("zhang.san"), ControlCards.Home("3-2-1201"), ControlCards.Stop("Y36")]),
            card =>
        {
            var bytes = Encoding.ASCII.GetBytes(card.Code);
            var read = new Card();
            read.Read(bytes, 0, bytes.Length);
            Assert.True(read.Word != Card.Unknown, card.Code);
        });
    }

    [Fact]
    public void Every_fixed_card_that_the_node_understands_is_printed_and_every_category()
    {
        var codes = ControlCards.All.Select(card => card.Code).ToList();

        Assert.All(Enumerable.Range(0, CardWords.Count), i => Assert.Contains("FN:" + CardWords.TextOf(i), codes));
        Assert.All(Enumerable.Range(0, Category.Last + 1),
            i => Assert.Contains("FN:CATEGORY:" + Category.Name(i).ToUpperInvariant(), codes));
        Assert.All(Enumerable.Range(0, PersonSampled.NoPapersReasons),
            i => Assert.Contains("FN:NOPAPERS:" + PersonSampled.NoPapersReason(i), codes));
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.Equal(codes.Count, ControlCards.All.Select(card => card.Sign).Distinct().Count());
        Assert.Equal(codes.Count, ControlCards.All.Select(card => card.Chinese).Distinct().Count());
    }

    [Fact]
    public void Each_card_means_what_its_place_in_the_nodes_table_says()
    {
        Assert.All(Enumerable.Range(0, CardWords.Count), i =>
        {
            var text = CardWords.TextOf(i);
            var value = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
            Assert.True(CardWords.WordOf(i) != Card.NoPapers || PersonSampled.NoPapersReason(CardWords.ValueOf(i)) == value, text);
            Assert.True(CardWords.WordOf(i) != Card.TurnAway || TurnedAway.Name(CardWords.ValueOf(i))
                .StartsWith(text[..5], StringComparison.OrdinalIgnoreCase) || text == "ISOLATE", text);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("a code of 25 bytes or more")]
    [InlineData("三栋")]
    public void A_place_that_no_node_would_take_is_not_printed(string code)
    {
        Assert.Equal("bad-place", Assert.Throws<HostFault>(() => ControlCards.Home(code)).Code);
    }

    [Fact]
    public void Practice_people_pass_for_people_and_name_their_category()
    {
        Assert.All(ControlCards.PracticePeople().Select((card, i) => (card, i)), practice =>
        {
            var code = Encoding.ASCII.GetBytes(practice.card.Code);
            Assert.Equal(ResidentId.Valid, ResidentId.Judge(code, 0, code.Length));
            Assert.False(PracticePeople.IsUnderWrongCategory(code, code.Length, (byte)(practice.i / 2)));
            Assert.True(PracticePeople.IsUnderWrongCategory(code, code.Length, (byte)(practice.i / 2 + 1)));
        });
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
        Assert.All(ControlCards.All, card => Assert.Contains(System.Net.WebUtility.HtmlEncode(chinese ? card.Chinese : card.English), html,
            StringComparison.Ordinal));
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
