using System.Reflection;

[assembly: AssemblyVersion("1.3.89.0")]

namespace System.Device.Spi
{
    public class SpiDevice : IDisposable
    {
        public void TransferFullDuplex(SpanByte writeBuffer, SpanByte readBuffer) => throw null;
        public void Dispose() => throw null;
    }
}
