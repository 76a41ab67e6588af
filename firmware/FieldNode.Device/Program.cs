using System;
using System.Threading;
using nanoFramework.Runtime.Native;

namespace FieldNode.Device
{
    /// <summary>The device's entry point: wires the board, runs the program (<see cref="NodeProgram.Run"/> is the loop) and restarts. Main
    /// never ends or throws, because the platform would then wait forever for a debugger. Device only.</summary>
    public static class Program
    {
        private const int BeforeRestartMs = 2000;

        public static void Main()
        {
            try
            {
                NodeProgram program = new NodeProgram(new Board(EspBoard.Wire()));
                program.Run();
            }
            catch (Exception e)
            {
                Console.WriteLine("board setup failed: " + e.Message);
            }

            Thread.Sleep(BeforeRestartMs); // so that an immediate fault does not wear out the flash
            Power.RebootDevice();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
