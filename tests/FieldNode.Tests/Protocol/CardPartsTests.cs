using System.Text;
using FieldNode.Host.Cards;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

/// <summary>A card longer than one code: parts in any order, twice, mixed with parts of another card, or damaged.</summary>
public sealed class CardPartsTests
{
    private static readonly CardNetwork s_long = new("https://host.example:8443", "Site-WLAN", "secret", "zh",
        [.. Enumerable.Range(0, 480).Select(i => (byte)i)]);

    [Fact]
    public void A_short_card_is_one_code()
    {
        Assert.Single(EnrolmentCards.Codes(TextOf(CardNetwork.At("http://10.0.0.5:8080") with
        {
            Wifi = "Site-WLAN",
            Password = "secret",
        })));
    }

    [Fact]
    public void Parts_make_the_card_in_any_order_and_however_often_they_are_scanned()
    {
        var seed = Seed.Take(nameof(Parts_make_the_card_in_any_order_and_however_often_they_are_scanned));
        var random = new Random(seed);
        var text = TextOf(s_long);
        for (var round = 0; round < 500; round++)
        {
            var parts = new CardParts();
            var codes = EnrolmentCards.Codes(text).ToArray();
            Assert.InRange(codes.Length, 3, CardParts.PartsMax);
            Assert.All(codes, code => Assert.InRange(code.Length, 1, CardParts.CodeBytesMax));
            random.Shuffle(codes);
            for (var i = 0; i < codes.Length - 1; i++)
            {
                Assert.Equal(CardFault.Incomplete, Add(parts, codes[i]));
                Assert.Equal(CardFault.Incomplete, Add(parts, codes[random.Next(i + 1)]));
                Assert.Equal((i + 1, codes.Length), (parts.Have, parts.Total));
            }

            Assert.Equal(CardFault.None, Add(parts, codes[^1]));
            Assert.Equal(text, Encoding.ASCII.GetString(parts.CardText, 0, parts.CardTextBytes));
        }
    }

    [Fact]
    public void A_part_of_another_card_begins_anew()
    {
        var parts = new CardParts();
        var first = EnrolmentCards.Codes(TextOf(s_long));
        var second = EnrolmentCards.Codes(TextOf(s_long));
        Add(parts, first[0]);
        Add(parts, first[1]);

        Assert.Equal(CardFault.Incomplete, Add(parts, second[2]));
        Assert.Equal(1, parts.Have);
    }

    [Theory]
    [InlineData("FN:PART:")]
    [InlineData("FN:PART:0/3:00000000:abc")]
    [InlineData("FN:PART:4/3:00000000:abc")]
    [InlineData("FN:PART:1/1:00000000:abc")]
    [InlineData("FN:PART:1/3:0000000G:abc")]
    [InlineData("FN:PART:1/3:00000000:abc")]
    [InlineData("FN:PART:3/3:00000000:")]
    public void A_part_that_is_none_is_damage(string code)
    {
        Assert.Equal(CardFault.Damaged, Add(new CardParts(), code));
    }

    [Fact]
    public void A_damaged_part_costs_one_more_round_of_scanning()
    {
        var parts = new CardParts();
        var codes = EnrolmentCards.Codes(TextOf(s_long));
        foreach (var code in codes.Skip(1))
        {
            Add(parts, code);
        }

        var damaged = codes[0][..30] + (codes[0][30] == 'A' ? 'B' : 'A') + codes[0][31..];
        Assert.Equal(CardFault.Damaged, Add(parts, damaged));

        Assert.All(codes.Take(codes.Count - 1), code => Assert.Equal(CardFault.Incomplete, Add(parts, code)));
        Assert.Equal(CardFault.None, Add(parts, codes[^1]));
    }

    [Fact]
    public void Hostile_parts_neither_throw_nor_pass()
    {
        var seed = Seed.Take(nameof(Hostile_parts_neither_throw_nor_pass));
        var random = new Random(seed);
        var codes = EnrolmentCards.Codes(TextOf(s_long));
        var parts = new CardParts();
        for (var i = 0; i < 100_000; i++)
        {
            var code = Encoding.ASCII.GetBytes(codes[random.Next(codes.Count)]);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                code[random.Next(code.Length)] = (byte)random.Next(256);
            }

            var count = random.Next(2) == 0 ? code.Length : random.Next(code.Length);
            if (parts.Add(code, 0, count) == CardFault.None)
            {
                Assert.Equal(CardFault.None, new EnrolmentCard().TryRead(parts.CardText, 0, parts.CardTextBytes));
            }
        }
    }

    private static string TextOf(CardNetwork network)
    {
        return EnrolmentCards.Text(EnrolmentCards.NewNode("lane-1", "正飞", "1"), 0x1A2B3C4D, network);
    }

    private static byte Add(CardParts parts, string code)
    {
        var bytes = Encoding.ASCII.GetBytes(code);
        return parts.Add(bytes, 0, bytes.Length);
    }
}
