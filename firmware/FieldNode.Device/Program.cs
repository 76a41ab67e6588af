using System;
using System.Threading;
using nanoFramework.Runtime.Native;

namespace FieldNode.Device
{
    /// <summary>
    /// The device starts here. When Main ends, or throws, the platform waits for a debugger for ever: so it does neither. Another board than
    /// revision A is chosen here. Only the device has this class.
    /// </summary>
    public static class Program
    {
        // Buttons and rhythms are looked at each 10 ms at least; a scanner at 9600 baud sends ten bytes meanwhile.
        private const int RestMs = 2;
        private const int BeforeRestartMs = 2000;

        public static void Main()
        {
            NodeProgram program = null;
            try
            {
                program = new NodeProgram(new Board(EspBoard.WireRevA()));
                program.Start();
                while (!program.WantsRestart)
                {
                    program.Step();
                    Thread.Sleep(RestMs);
                }
            }
            catch (Exception e)
            {
                Record(program, e);
                Thread.Sleep(BeforeRestartMs);
            }

            Power.RebootDevice();
            Thread.Sleep(Timeout.Infinite);
        }

        private static void Record(NodeProgram program, Exception e)
        {
            Console.WriteLine("fault: " + e.Message);
            try
            {
                if (program != null)
                {
                    program.RecordFault(e.GetType().Name + ": " + e.Message);
                }
            }
            catch (Exception second)
            {
                Console.WriteLine("fault while recording it: " + second.Message);
            }
        }
    }
}
