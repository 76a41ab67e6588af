using FieldNode.Protocol;
using nanoFramework.TestFramework;

namespace FieldNode.DeviceTests
{
    /// <summary>The bytes of records: whole, torn, misplaced.</summary>
    [TestClass]
    public sealed class FrameTests
    {
        private const uint Epoch = 0xA1B2C3D4;
        private const int ContentBytes = 43;

        [TestMethod]
        public void The_check_value_is_that_of_the_standard()
        {
            byte[] digits = Text.Ascii("123456789");

            Assert.AreEqual(0xCBF43926u, Crc32.Compute(digits, 0, digits.Length));
        }

        [TestMethod]
        public void A_sealed_frame_passes_in_its_place_alone()
        {
            byte[] frame = Sample();
            int bytes = Frame.OverheadBytes + ContentBytes;

            Assert.AreEqual(bytes, Frame.Check(frame, 0, frame.Length, Epoch, 7));
            Assert.AreEqual(0, Frame.Check(frame, 0, frame.Length, Epoch, 8), "another sequence number");
            Assert.AreEqual(0, Frame.Check(frame, 0, frame.Length, Epoch + 1, 7), "another epoch");
            Assert.AreEqual(0, Frame.Check(frame, 0, bytes - 1, Epoch, 7), "cut off");
            Assert.AreEqual(7u, Frame.ImpliedSequence(frame, 0, bytes, Epoch));
        }

        [TestMethod]
        public void Any_single_wrong_bit_fails_the_frame()
        {
            byte[] frame = Sample();
            int bytes = Frame.OverheadBytes + ContentBytes;
            for (int bit = 0; bit < bytes * 8; bit++)
            {
                frame[bit / 8] ^= (byte)(1 << bit % 8);
                Assert.AreEqual(0, Frame.Check(frame, 0, frame.Length, Epoch, 7));
                frame[bit / 8] ^= (byte)(1 << bit % 8);
            }
        }

        [TestMethod]
        public void Every_varint_comes_back()
        {
            byte[] buffer = new byte[Varint.BytesMax];
            uint value = 1;
            for (int i = 0; i < 2000; i++)
            {
                value = value * 1664525 + 1013904223;
                uint written = value >> i % 32;
                int end = Varint.Write(buffer, 0, written);
                uint read;

                Assert.AreEqual(end, Varint.TryRead(buffer, 0, end, out read));
                Assert.AreEqual(written, read);
                Assert.AreEqual(-1, Varint.TryRead(buffer, 0, end - 1, out read));
            }
        }

        private static byte[] Sample()
        {
            byte[] frame = new byte[Frame.BytesMax];
            for (int i = 0; i < ContentBytes; i++)
            {
                frame[Frame.HeadBytes + i] = (byte)(i * 37);
            }

            Frame.Seal(frame, 0, Epoch, 7, 200, 123456, ContentBytes);
            return frame;
        }
    }
}
