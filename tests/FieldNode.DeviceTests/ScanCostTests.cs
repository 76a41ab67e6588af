using FieldNode.Core.Screens;
using FieldNode.Protocol;
using nanoFramework.TestFramework;

namespace FieldNode.DeviceTests
{
    /// <summary>
    /// The cost of a scan compared with the append of its record: figures for information, without a limit (docs/platform-notes.md).
    /// </summary>
    [TestClass]
    public sealed class ScanCostTests
    {
        [TestMethod]
        public void A_scan_from_its_last_byte_to_the_confirmed_record_beside_the_append_alone()
        {
            long scans = new ScanCost(isSealed: false).TimeScans();
            long appends = new ScanCost(isSealed: false).TimeAppends();
            long tag = TimeTag();
            long sealedAppends = new ScanCost(isSealed: true).TimeAppends();

            OutputHelper.WriteLine("with seals by an HMAC-SHA256 in C#: appends " + sealedAppends.ToString() + " us; one HMAC "
                + tag.ToString() + " ns");
            OutputHelper.WriteLine(ScanCost.Scans.ToString() + " scans, last byte to confirmed record " + scans.ToString()
                + " us; the same number of appends of the same record " + appends.ToString() + " us");
            Assert.IsTrue(scans > 0 && appends > 0);
        }

        private static long TimeTag()
        {
            ManagedTags tags = new ManagedTags();
            byte[] key = new byte[SealChain.KeyBytes];
            byte[] tag = new byte[32];
            long start = System.DateTime.UtcNow.Ticks;
            for (int i = 0; i < ScanCost.Scans; i++)
            {
                tags.Compute(key, tag, 0, 1, tag, 0);
            }

            return (System.DateTime.UtcNow.Ticks - start) * 100 / ScanCost.Scans;
        }

        [TestMethod]
        public void Drawing_a_changed_counter()
        {
            ScreenPainter painter = new ScreenPainter(ScreenWords.Chinese);
            Canvas canvas = new Canvas();
            Screen screen = new Screen();
            screen.Kind = ScreenKind.Lane;
            screen.GroupSize = ScanCost.GroupSize;
            screen.ClockMinute = 845;
            long start = System.DateTime.UtcNow.Ticks;
            for (int i = 0; i < ScanCost.Scans; i++)
            {
                screen.Queue = (uint)i;
                screen.Group = i % ScanCost.GroupSize;
                painter.Paint(screen, canvas);
            }

            long spent = (System.DateTime.UtcNow.Ticks - start) / 10;
            OutputHelper.WriteLine(ScanCost.Scans.ToString() + " lane screens drawn in " + spent.ToString() + " us");
            Assert.IsTrue(canvas.Clipped == 0);
        }
    }
}
