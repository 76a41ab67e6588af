using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using nanoFramework.TestFramework;

namespace FieldNode.DeviceTests
{
    /// <summary>Seals and what they are made of, on this platform's own arithmetic.</summary>
    [TestClass]
    public sealed class SealTests
    {
        [TestMethod]
        public void The_tag_is_that_of_the_standard()
        {
            // RFC 4231, test case 2.
            byte[] tag = new byte[32];
            byte[] data = Text.Ascii("what do ya want for nothing?");
            new ManagedTags().Compute(Text.Ascii("Jefe"), data, 0, data.Length, tag, 0);

            Assert.AreEqual("5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843", HexOf(tag, 32));
        }

        [TestMethod]
        public void A_sealed_code_opens_with_its_records_key_alone()
        {
            ManagedTags tags = new ManagedTags();
            SealChain seals = NewChain(tags);
            byte[] code = Text.Ascii("11010519491231002X");
            seals.MoveTo(5);
            byte[] key = new byte[SealChain.KeyBytes];
            seals.CopyKey(key, 0);
            seals.Apply(code, 0, code.Length);

            Assert.AreEqual(Frozen.SealedCode, HexOf(code, code.Length));
            SealChain later = new SealChain(tags);
            later.Resume(key, 0, 5);
            later.Apply(code, 0, code.Length);
            Assert.AreEqual("11010519491231002X", Text.FromAscii(code, 0, code.Length));
            later.MoveTo(6);
            later.Apply(code, 0, code.Length);
            Assert.AreNotEqual("11010519491231002X", Text.FromAscii(code, 0, code.Length));
        }

        [TestMethod]
        public void Only_people_and_what_was_refused_are_sealed()
        {
            PersonSampled person = new PersonSampled();
            byte[] code = Text.Ascii("E12345678");
            person.SetCode(code, 0, code.Length);
            byte[] frame = new byte[Frame.BytesMax];
            int end = person.Write(frame, Frame.HeadBytes);
            Frame.Seal(frame, 0, 7, 1, person.Type, 0, end - Frame.HeadBytes);
            int at;

            Assert.AreEqual(9, SealedPart.Find(frame, 0, out at));
            Assert.AreEqual("E12345678", Text.FromAscii(frame, at, 9));

            TubeOpened tube = new TubeOpened();
            tube.SetCode(code, 0, code.Length);
            end = tube.Write(frame, Frame.HeadBytes);
            Frame.Seal(frame, 0, 7, 1, tube.Type, 0, end - Frame.HeadBytes);
            Assert.AreEqual(0, SealedPart.Find(frame, 0, out at));
        }

        private static SealChain NewChain(ITags tags)
        {
            SealChain seals = new SealChain(tags);
            seals.Begin(SealChain.TakeRoot(tags, NodeKeys.Seal(tags, new byte[NodeKeys.Bytes])), 0xA1B2C3D4, 1);
            return seals;
        }

        private static string HexOf(byte[] bytes, int count)
        {
            char[] digits = new char[2 * count];
            for (int i = 0; i < count; i++)
            {
                digits[2 * i] = (char)Hex.Digit(bytes[i] >> 4);
                digits[2 * i + 1] = (char)Hex.Digit(bytes[i] & 15);
            }

            return new string(digits, 0, digits.Length);
        }
    }
}
