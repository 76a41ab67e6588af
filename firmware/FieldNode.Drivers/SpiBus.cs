using System;
using System.Device.Spi;
using System.Threading;

namespace FieldNode.Drivers
{
    /// <summary>A part on the board's SPI bus. Device only: System.Device.Spi of .NET differs.</summary>
    public sealed class SpiBus : ISpi
    {
        private readonly SpiDevice _device;

        public SpiBus(SpiDevice device)
        {
            _device = device;
        }

        public void Transfer(byte[] bytes, int count)
        {
            _device.TransferFullDuplex(new SpanByte(bytes, 0, count), new SpanByte(bytes, 0, count));
        }

        public void Pause(int milliseconds)
        {
            Thread.Sleep(milliseconds);
        }
    }
}
