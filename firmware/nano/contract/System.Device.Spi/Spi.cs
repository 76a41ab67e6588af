using System.Reflection;

[assembly: AssemblyVersion("1.3.89.0")]

namespace System.Device.Spi
{
    public enum SpiMode { Mode0, Mode1, Mode2, Mode3 }

    public sealed class SpiConnectionSettings
    {
        public SpiConnectionSettings(int busId, int chipSelectLine = -1) => throw null;
        public SpiMode Mode { get => throw null; set => throw null; }
        public int ClockFrequency { get => throw null; set => throw null; }
    }

    public class SpiDevice : IDisposable
    {
        public static SpiDevice Create(SpiConnectionSettings settings) => throw null;
        public void TransferFullDuplex(SpanByte writeBuffer, SpanByte readBuffer) => throw null;
        public void Dispose() => throw null;
    }
}
