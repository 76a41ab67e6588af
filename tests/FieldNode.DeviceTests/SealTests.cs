using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using nanoFramework.TestFramework;

namespace FieldNode.DeviceTests
{
    /// <summary>Seals and their building blocks, with this platform's own arithmetic.</summary>
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
        public void A_person_of_a_roster_has_the_place_that_another_program_computed()
        {
            byte[] code = Text.Ascii("11010519491231002X");
            uint check = Crc32.Compute(code, 0, code.Length);
            RosterTable table = new RosterTable();
            table.Key = 0x0123456789ABCDEF;
            table.Buckets = 7;
            table.Places = 20;

            Assert.AreEqual(Frozen.RosterPlace, table.BucketOf(check) + " " + table.PlaceOf(check, 3) + " " + table.FingerprintOf(check));
        }

        [TestMethod]
        public void A_sealed_code_opens_with_its_records_key_alone()
        {
            ManagedTags tags = new ManagedTags();
            SealChain seals = NewChain(tags);
            byte[] frame = PersonFrame("11010519491231002X");
            int at;
            int count = SealedPart.Find(frame, 0, out at);
            seals.MoveTo(5);
            byte[] key = new byte[SealChain.KeyBytes];
            seals.CopyKey(key, 0);
            seals.Apply(frame, 0, at, count);

            Assert.AreEqual(Frozen.SealedCode, HexOf(Text.Slice(frame, at, count), count));
            SealChain later = new SealChain(tags);
            later.Resume(key, 0, 5, true);
            later.Apply(frame, 0, at, count);
            Assert.AreEqual("11010519491231002X", Text.FromAscii(frame, at, count));
            later.MoveTo(6);
            later.Apply(frame, 0, at, count);
            Assert.AreNotEqual("11010519491231002X", Text.FromAscii(frame, at, count));
        }

        [TestMethod]
        public void A_pad_is_of_one_record_and_its_unsealed_bytes()
        {
            ManagedTags tags = new ManagedTags();
            byte[] one = PersonFrame("11010519491231002X");
            byte[] other = PersonFrame("11010519491231002X");
            other[2] ^= 1; // ticks: the same record number on a copy of the flash
            int at;
            int count = SealedPart.Find(one, 0, out at);
            NewChain(tags).Apply(one, 0, at, count);
            NewChain(tags).Apply(other, 0, at, count);

            Assert.AreNotEqual(HexOf(Text.Slice(one, at, count), count), HexOf(Text.Slice(other, at, count), count));
        }

        [TestMethod]
        public void Only_people_and_what_was_refused_are_sealed()
        {
            byte[] frame = PersonFrame("E12345678");
            int at;

            Assert.AreEqual(9, SealedPart.Find(frame, 0, out at));
            Assert.AreEqual("E12345678", Text.FromAscii(frame, at, 9));

            TubeOpened tube = new TubeOpened();
            byte[] code = Text.Ascii("E12345678");
            tube.SetCode(code, 0, code.Length);
            int end = tube.Write(frame, Frame.HeadBytes);
            Frame.Seal(frame, 0, 7, 1, tube.Type, 0, end - Frame.HeadBytes);
            Assert.AreEqual(0, SealedPart.Find(frame, 0, out at));
        }

        private static SealChain NewChain(ITags tags)
        {
            SealChain seals = new SealChain(tags);
            seals.Begin(SealChain.TakeRoot(tags, NodeKeys.Seal(tags, new byte[NodeKeys.Bytes])), 0xA1B2C3D4, 1, true);
            return seals;
        }

        private static byte[] PersonFrame(string text)
        {
            PersonSampled person = new PersonSampled();
            byte[] code = Text.Ascii(text);
            person.SetCode(code, 0, code.Length);
            byte[] frame = new byte[Frame.BytesMax];
            int end = person.Write(frame, Frame.HeadBytes);
            Frame.Seal(frame, 0, 7, 1, person.Type, 0, end - Frame.HeadBytes);
            return frame;
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
