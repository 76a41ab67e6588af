using System;
using System.Threading;
using nanoFramework.Runtime.Native;

namespace FieldNode.Device
{
    /// <summary>
    /// The device starts here: wires the board, runs the program (<see cref="NodeProgram.Run"/> is the loop), restarts. When Main ends or
    /// throws, the platform waits for a debugger for ever: so it does neither. Only the device has this class.
    /// </summary>
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
                Console.WriteLine("the board cannot be wired: " + e.Message);
            }

            Thread.Sleep(BeforeRestartMs); // so that a fault that comes at once does not hammer the flash
            Power.RebootDevice();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
