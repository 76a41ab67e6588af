using System;
using System.Device.I2c;
using System.Threading;
using FieldNode.Device;

namespace FieldNode.BringUp
{
    /// <summary>The device's entry point. Output goes to the platform's console, the USB cable (COM1). Device only.</summary>
    public sealed class Program : IBench
    {
        public static void Main()
        {
            try
            {
                new BringUpProgram(EspBoard.Wire(), new Program()).Run();
            }
            catch (Exception e)
            {
                Console.WriteLine("aborted: " + e.GetType().Name + ": " + e.Message);
            }

            Thread.Sleep(Timeout.Infinite);
        }

        public void Say(string line)
        {
            Console.WriteLine(line);
        }

        public bool Answers(int address)
        {
            try
            {
                using (I2cDevice part = I2cDevice.Create(new I2cConnectionSettings(1, address)))
                {
                    return part.WriteByte(0).Status == I2cTransferStatus.FullTransfer;
                }
            }
            catch (Exception)
            {
                return false; // no such part (the panel's and the clock's addresses are already open)
            }
        }

        public void Pause(int milliseconds)
        {
            Thread.Sleep(milliseconds);
        }
    }
}
