using System;
using FieldNode.Protocol;

namespace FieldNode.DeviceTests
{
    /// <summary>
    /// Runs the scripts. Of the scan script it prints the flash image, 32 bytes a line, so that two platforms can be compared byte for byte;
    /// of the ring script the image's check value, and the time of an append beside that of a 64-byte CRC-32.
    /// </summary>
    public static class Program
    {
        private const int CrcRuns = 100000;

        public static void Main()
        {
            ScanScript scan = new ScanScript();
            scan.Run();
            Print(scan);

            RingScript ring = new RingScript();
            long start = Environment.TickCount64;
            ring.Run();
            long appends = Environment.TickCount64 - start;
            Console.WriteLine(ring.Summary());
            Console.WriteLine("100000 appends " + appends.ToString() + " ms, 100000 CRC-32 of 64 bytes " + TimeCrc().ToString() + " ms");
            Console.WriteLine("FIELDNODE-END");
        }

        private static long TimeCrc()
        {
            byte[] bytes = new byte[64];
            uint all = 0;
            long start = Environment.TickCount64;
            for (int i = 0; i < CrcRuns; i++)
            {
                bytes[0] = (byte)i;
                all ^= Crc32.Of(bytes, 0, bytes.Length);
            }

            long spent = Environment.TickCount64 - start;
            return all == 1 ? 0 : spent; // the result is used, so that no compiler leaves the work out
        }

        private static void Print(ScanScript script)
        {
            byte[] bytes = new byte[32];
            char[] hex = new char[64];
            uint crc = Crc32.Start;
            for (int address = 0; address < script.Flash.Bytes; address += bytes.Length)
            {
                script.Flash.Read(address, bytes, 0, bytes.Length);
                crc = Crc32.Append(crc, bytes, 0, bytes.Length);
                for (int i = 0; i < bytes.Length; i++)
                {
                    hex[2 * i] = (char)Hex.Digit(bytes[i] >> 4);
                    hex[2 * i + 1] = (char)Hex.Digit(bytes[i] & 15);
                }

                Console.WriteLine(new string(hex, 0, hex.Length));
            }

            Console.WriteLine("image " + Finish(crc) + ", screens " + Finish(script.ScreensCrc) + ", records " + script.Node.Log.LastSequence.ToString()
                + ", people " + script.Node.State.Sampled.ToString());
        }

        private static string Finish(uint running)
        {
            return Crc32.Finish(running).ToString("X8");
        }
    }
}
