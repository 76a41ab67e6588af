using System;
using FieldNode.Protocol;

namespace FieldNode.DeviceTests
{
    /// <summary>Runs the scan script and prints the flash image, 32 bytes a line, so that two platforms can be compared byte for byte.</summary>
    public static class Program
    {
        public static void Main()
        {
            ScanScript script = new ScanScript();
            script.Run();
            Print(script);
            Console.WriteLine("FIELDNODE-END");
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
