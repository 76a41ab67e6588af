using FieldNode.Core.Scan;
using FieldNode.Protocol;
using nanoFramework.TestFramework;

namespace FieldNode.DeviceTests
{
    /// <summary>From scanner bytes to codes and their meaning.</summary>
    [TestClass]
    public sealed class ScanTests
    {
        private const uint GapMs = 100;
        private const uint RepeatMs = 2000;

        [TestMethod]
        public void Every_terminator_and_silence_end_a_code_and_prefixes_are_taken_off()
        {
            Assert.AreEqual("ZZ00000001", Read("ZZ00000001\r"));
            Assert.AreEqual("ZZ00000001", Read("]C1ZZ00000001\r\n"));
            Assert.AreEqual("ZZ00000001", Read("CODE_128,ZZ00000001\t"));
            Assert.AreEqual("ZZ00000001", Read("ZZ00000001"));
        }

        [TestMethod]
        public void A_zero_byte_which_ends_a_string_here_is_left_out_and_ends_nothing()
        {
            byte[] input = Text.Ascii("ZZ0?0000001\r");
            input[3] = 0;
            ScanLine line = new ScanLine(GapMs, RepeatMs);
            line.Feed(input, 0, input.Length, 0);

            Assert.IsTrue(line.Ready);
            Assert.AreEqual("ZZ00000001", Text.FromAscii(line.Bytes, line.Offset, line.Count));
        }

        [TestMethod]
        public void A_resident_id_needs_its_check_character_in_either_case()
        {
            CodeClassifier classifier = new CodeClassifier("@@########", "BAG######", "@########");

            Assert.AreEqual(CodeKind.ResidentId, Kind(classifier, "11010519491231002X"));
            Assert.AreEqual(CodeKind.ResidentId, Kind(classifier, "11010519491231002x"));
            Assert.AreEqual(CodeKind.WrongCheckDigit, Kind(classifier, "110105194912310021"));
            Assert.AreEqual(CodeKind.Tube, Kind(classifier, "ZZ00000001"));
            Assert.AreEqual(CodeKind.OtherPaper, Kind(classifier, "E12345678"));
            Assert.AreEqual(CodeKind.Card, Kind(classifier, "FN:UNDO"));
            Assert.AreEqual(CodeKind.Unknown, Kind(classifier, "hello"));
        }

        private static int Kind(CodeClassifier classifier, string code)
        {
            byte[] bytes = Text.Ascii(code);
            return classifier.Classify(bytes, 0, bytes.Length);
        }

        private static string Read(string scanned)
        {
            byte[] bytes = Text.Ascii(scanned);
            ScanLine line = new ScanLine(GapMs, RepeatMs);
            line.Feed(bytes, 0, bytes.Length, 1000);
            line.Idle(1000 + GapMs);
            return line.Ready ? Text.FromAscii(line.Bytes, line.Offset, line.Count) : "";
        }
    }
}
