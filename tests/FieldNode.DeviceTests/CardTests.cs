using FieldNode.Protocol;
using nanoFramework.TestFramework;

namespace FieldNode.DeviceTests
{
    /// <summary>Enrolment cards: whole, in parts in any order, damaged.</summary>
    [TestClass]
    public sealed class CardTests
    {
        [TestMethod]
        public void A_card_in_several_codes_comes_back_in_any_order()
        {
            byte[] text = new byte[EnrolmentCard.TextBytesMax];
            int bytes = Sample(anchorBytes: 700).Write(text);
            int codes = CardParts.CodesFor(bytes);
            Assert.IsTrue(codes > 2);
            CardParts parts = new CardParts();
            byte[] code = new byte[CardParts.CodeBytesMax];
            for (int i = codes - 1; i >= 0; i--)
            {
                int count = CardParts.WriteCode(text, bytes, i, code);
                Assert.AreEqual(i == 0 ? CardFault.None : CardFault.Incomplete, (int)parts.Add(code, 0, count));
            }

            EnrolmentCard card = new EnrolmentCard();
            Assert.AreEqual(CardFault.None, (int)card.TryRead(parts.CardText, 0, parts.CardTextBytes));
            Assert.AreEqual("Site WLAN;%", Text.FromAscii(card.Wifi, 0, card.Wifi.Length));
            Assert.IsTrue(card.NodeId == 0x0123456789ABCDEF);
        }

        [TestMethod]
        public void A_card_with_any_wrong_character_is_invalid()
        {
            byte[] text = new byte[EnrolmentCard.TextBytesMax];
            int bytes = Sample(anchorBytes: 0).Write(text);
            EnrolmentCard card = new EnrolmentCard();
            for (int i = 0; i < bytes; i++)
            {
                text[i] ^= 1;
                Assert.IsFalse(card.TryRead(text, 0, bytes) == CardFault.None);
                text[i] ^= 1;
            }

            Assert.AreEqual(CardFault.None, (int)card.TryRead(text, 0, bytes));
        }

        private static EnrolmentCard Sample(int anchorBytes)
        {
            EnrolmentCard card = new EnrolmentCard();
            card.NodeId = 0x0123456789ABCDEF;
            card.HostId = 0x1A2B3C4D;
            card.Lane = Text.Ascii("L1");
            card.Url = Text.Ascii("http://10.0.0.5:8080");
            card.Claim = new byte[EnrolmentCard.ClaimBytes];
            card.Wifi = Text.Ascii("Site WLAN;%");
            card.Anchor = new byte[anchorBytes];
            for (int i = 0; i < anchorBytes; i++)
            {
                card.Anchor[i] = (byte)('A' + i % 26);
            }

            return card;
        }
    }
}
