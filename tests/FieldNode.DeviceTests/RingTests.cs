using System;
using FieldNode.Core.Enrolment;
using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;
using nanoFramework.TestFramework;

namespace FieldNode.DeviceTests
{
    /// <summary>The flash ring and what is stored beside it, with this platform's own arithmetic, arrays and memory.</summary>
    [TestClass]
    public sealed class RingTests
    {
        private const ulong NodeId = 99;
        private const int Sectors = 4;
        private const int CrcRuns = 100000;

        [TestMethod]
        public void A_log_comes_back_as_it_was_left()
        {
            MemoryFlash flash = new MemoryFlash(Sectors);
            RingLog log = NewLog(flash);
            for (uint i = 1; i <= 100; i++)
            {
                Assert.AreEqual(LogResult.Ok, (int)AppendOne(log));
            }

            log.Acknowledge(60);
            LaneState state = new LaneState();
            RingLog again = LogOver(flash, state);

            Assert.AreEqual(LogResult.Ok, (int)again.Mount(NodeId));
            Assert.AreEqual(100u, again.LastSequence);
            Assert.AreEqual(60u, again.AcknowledgedUpTo);
            Assert.AreEqual(100u, state.Arrivals);
            Assert.AreEqual(LogResult.OtherNode, (int)LogOver(flash, new LaneState()).Mount(NodeId + 1));
        }

        [TestMethod]
        public void A_full_log_refuses_and_an_acknowledgement_makes_room()
        {
            RingLog log = NewLog(new MemoryFlash(Sectors));
            byte result = LogResult.Ok;
            while (result == LogResult.Ok)
            {
                result = AppendOne(log);
            }

            Assert.AreEqual(LogResult.Full, (int)result);
            Assert.IsTrue(log.NearlyFull);
            log.Acknowledge(log.LastSequence);
            Assert.AreEqual(LogResult.Ok, (int)AppendOne(log));
        }

        [TestMethod]
        public void A_torn_record_is_passed_over_and_can_never_be_completed()
        {
            MemoryFlash flash = new MemoryFlash(Sectors);
            RingLog log = NewLog(flash);
            AppendOne(log);
            byte[] torn = new byte[Frame.BytesMax];
            int bytes = Frame.Seal(torn, 0, log.Epoch, 2, RecordType.Arrived, 0, 1);
            int end = EndOf(flash);
            flash.Program(end, torn, 0, bytes - 2);

            for (int restart = 0; restart < 3; restart++)
            {
                LaneState state = new LaneState();
                log = LogOver(flash, state);
                Assert.AreEqual(LogResult.Ok, (int)log.Mount(NodeId));
                Assert.AreEqual((uint)restart + 1, state.Arrivals);
                Assert.AreEqual(LogResult.Ok, (int)AppendOne(log));
            }

            flash.Program(end, torn, 0, bytes - 2); // the same write again
            LaneState last = new LaneState();
            Assert.AreEqual(LogResult.Ok, (int)LogOver(flash, last).Mount(NodeId));
            Assert.AreEqual(4u, last.Arrivals);
        }

        [TestMethod]
        public void Settings_survive_a_writing_that_stopped_half_way()
        {
            MemoryFlash flash = new MemoryFlash(SettingsStore.Sectors);
            SettingsStore store = new SettingsStore(flash);
            StoredSettings settings = new StoredSettings();
            settings.LinkKey = new byte[NodeKeys.Bytes];
            settings.FailedStarts = 1;
            Assert.IsTrue(store.Save(settings));
            settings.FailedStarts = 2;
            Assert.IsTrue(store.Save(settings));
            flash.EraseSector(0); // as if a third write had begun

            StoredSettings found = new StoredSettings();
            SettingsStore again = new SettingsStore(flash);
            Assert.IsTrue(again.Load(found));
            Assert.AreEqual(2, (int)found.FailedStarts);
        }

        [TestMethod]
        public void A_hundred_thousand_records_leave_the_frozen_image()
        {
            RingScript script = new RingScript();
            long start = Environment.TickCount64;
            script.Run();
            long appends = Environment.TickCount64 - start;
            long crcs = TimeCrc();

            OutputHelper.WriteLine(RingScript.Appends.ToString() + " appends " + appends.ToString() + " ms, " + CrcRuns.ToString()
                + " CRC-32 of 64 bytes " + crcs.ToString() + " ms");
            Assert.AreEqual(Frozen.Ring, script.Summary());
        }

        private static long TimeCrc()
        {
            byte[] bytes = new byte[64];
            uint all = 0;
            long start = Environment.TickCount64;
            for (int i = 0; i < CrcRuns; i++)
            {
                bytes[0] = (byte)i;
                all ^= Crc32.Compute(bytes, 0, bytes.Length);
            }

            long spent = Environment.TickCount64 - start;
            return all == 1 ? 0 : spent; // uses the result, so that no compiler removes the work
        }

        private static RingLog LogOver(MemoryFlash flash, LaneState state)
        {
            PlainSeals seals = new PlainSeals();
            return new RingLog(flash, state, seals, seals);
        }

        private static RingLog NewLog(MemoryFlash flash)
        {
            RingLog log = LogOver(flash, new LaneState());
            Assert.AreEqual(LogResult.Ok, (int)log.Format(NodeId, 7));
            return log;
        }

        private static byte AppendOne(RingLog log)
        {
            log.ContentBuffer[RingLog.ContentOffset] = 1;
            return log.Append(RecordType.Arrived, 0, 1);
        }

        // Offset after the last byte of the first sector that is not erased.
        private static int EndOf(MemoryFlash flash)
        {
            byte[] sector = new byte[MemoryFlash.SectorSize];
            flash.Read(0, sector, 0, sector.Length);
            int end = sector.Length;
            while (sector[end - 1] == Frame.Erased)
            {
                end--;
            }

            return end;
        }
    }
}
