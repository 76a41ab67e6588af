using System.Reflection;

[assembly: AssemblyVersion("1.1.29.0")]

namespace System.Device.I2c
{
    public enum I2cTransferStatus { UnknownError, FullTransfer, ClockStretchTimeout, PartialTransfer, SlaveAddressNotAcknowledged }

    public struct I2cTransferResult
    {
        public I2cTransferStatus Status { get => throw null; }
    }

    public class I2cDevice : IDisposable
    {
        public I2cTransferResult WriteByte(byte value) => throw null;
        public I2cTransferResult Write(SpanByte buffer) => throw null;
        public void Dispose() => throw null;
    }
}
