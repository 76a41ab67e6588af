using System;
using System.Device.I2c;

namespace FieldNode.Drivers
{
    /// <summary>A part on the board's I2C bus. Device only.</summary>
    public sealed class I2cPart : II2cPart
    {
        private readonly I2cDevice _device;

        public I2cPart(I2cDevice device)
        {
            _device = device;
        }

        public bool Transfer(byte[] written, int writeCount, byte[] read, int readCount)
        {
            try
            {
                SpanByte write = new SpanByte(written, 0, writeCount);
                I2cTransferResult result = readCount == 0 ? _device.Write(write)
                    : _device.WriteRead(write, new SpanByte(read, 0, readCount));
                return result.Status == I2cTransferStatus.FullTransfer;
            }
            catch (Exception)
            {
                return false;
            }
        }
    }
}
