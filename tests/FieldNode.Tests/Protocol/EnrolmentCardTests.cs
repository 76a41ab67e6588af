using System.Text;
using FieldNode.Protocol;

namespace FieldNode.Tests.Protocol;

public sealed class EnrolmentCardTests
{
    [Fact]
    public void A_card_survives_its_text()
    {
        var card = Sample();
        var read = new EnrolmentCard();
        var text = Write(card);

        Assert.Equal(CardFault.None, read.TryRead(text, 0, text.Length));
        Assert.Equal((card.NodeId, card.HostId), (read.NodeId, read.HostId));
        Assert.Equal(card.Site, read.Site);
        Assert.Equal(card.Claim, read.Claim);
        Assert.Equal([card.Wifi, card.Pass, card.Language, card.Anchor], new[] { read.Wifi, read.Pass, read.Language, read.Anchor });
        Assert.Equal(card.Url, read.Url);
    }

    [Fact]
    public void The_forms_of_a_sites_codes_reach_the_node()
    {
        var card = Sample();
        (card.Tubes, card.Bags, card.Papers, card.Categories) = ("T#####,@@##"u8.ToArray(), "SACK##"u8.ToArray(), "P?????"u8.ToArray(),
            "general,elder"u8.ToArray());
        var read = new EnrolmentCard();
        var text = Write(card);
        Assert.Equal(CardFault.None, read.TryRead(text, 0, text.Length));
        var settings = new FieldNode.Core.Settings.NodeSettings();
        settings.TakeForms(read);

        Assert.Equal(("T#####,@@##", "SACK##", "P?????", "general,elder"),
            (settings.TubeForms, settings.BagForms, settings.PaperForms, settings.Categories));
        settings = new FieldNode.Core.Settings.NodeSettings();
        settings.TakeForms(Sample());
        Assert.Equal(new FieldNode.Core.Settings.NodeSettings().TubeForms, settings.TubeForms);
    }

    [Fact]
    public void The_text_is_printable_ascii_even_for_chinese_sites()
    {
        Assert.All(Write(Sample()), value => Assert.InRange(value, 0x21, 0x7E));
    }

    [Fact]
    public void Any_changed_character_is_noticed()
    {
        var text = Write(Sample());
        for (var i = 9; i < text.Length; i++)
        {
            var changed = (byte[])text.Clone();
            changed[i] ^= 1;

            Assert.NotEqual(CardFault.None, new EnrolmentCard().TryRead(changed, 0, changed.Length));
        }
    }

    [Theory]
    [InlineData("hello", CardFault.NotACard)]
    [InlineData("FN:ENROL:1;node=1;crc=00000000", CardFault.OtherVersion)]
    [InlineData("FN:ENROL:2;", CardFault.Damaged)]
    public void What_is_no_card_says_why(string text, byte fault)
    {
        var bytes = Encoding.ASCII.GetBytes(text);

        Assert.Equal(fault, new EnrolmentCard().TryRead(bytes, 0, bytes.Length));
    }

    [Theory]
    [InlineData("FN:ENROL:2;node=0123456789ABCDEF;host=1A2B3C4D;url=http://h", CardFault.FieldMissing)]
    [InlineData("FN:ENROL:2;node=xyz", CardFault.BadField)]
    [InlineData("FN:ENROL:2;noequals", CardFault.BadField)]
    [InlineData("FN:ENROL:2;site=%4", CardFault.BadField)]
    public void A_card_whose_crc_fits_is_still_checked_field_by_field(string body, byte fault)
    {
        var bytes = Encoding.ASCII.GetBytes(body);
        var text = Encoding.ASCII.GetBytes($"{body};crc={Crc32.Compute(bytes, 0, bytes.Length):X8}");

        Assert.Equal(fault, new EnrolmentCard().TryRead(text, 0, text.Length));
    }

    [Fact]
    public void A_card_with_a_field_of_a_later_version_is_read()
    {
        var text = Encoding.ASCII.GetString(Write(Sample()));
        var body = text[..text.IndexOf(";crc=", StringComparison.Ordinal)] + ";colour=later";
        var bytes = Encoding.ASCII.GetBytes($"{body};crc={Crc32.Compute(Encoding.ASCII.GetBytes(body), 0, body.Length):X8}");

        Assert.Equal(CardFault.None, new EnrolmentCard().TryRead(bytes, 0, bytes.Length));
    }

    [Fact]
    public void A_card_that_no_scanner_could_read_is_not_written()
    {
        var card = Sample();
        card.Anchor = new byte[EnrolmentCard.TextBytesMax];
        Array.Fill(card.Anchor, (byte)'A');

        Assert.Equal(0, card.Write(new byte[EnrolmentCard.TextBytesMax]));
    }

    private static EnrolmentCard Sample()
    {
        return new EnrolmentCard
        {
            NodeId = 0x0123456789ABCDEF,
            HostId = 0x1A2B3C4D,
            Lane = "3"u8.ToArray(),
            Site = Encoding.UTF8.GetBytes("正飞 = 100%;"),
            Url = "http://10.0.0.5:8080"u8.ToArray(),
            Claim = new byte[16],
            Wifi = Encoding.UTF8.GetBytes("站点 WLAN"),
            Pass = "p;a=s%"u8.ToArray(),
            Language = "en"u8.ToArray()
        };
    }

    private static byte[] Write(EnrolmentCard card)
    {
        var buffer = new byte[EnrolmentCard.TextBytesMax];
        return buffer[..card.Write(buffer)];
    }
}
