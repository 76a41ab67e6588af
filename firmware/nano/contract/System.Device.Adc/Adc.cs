using System.Reflection;

[assembly: AssemblyVersion("1.1.24.0")]

namespace System.Device.Adc
{
    public abstract class AdcChannelBase
    {
        public abstract int ReadValue();
    }

    public class AdcChannel : AdcChannelBase, IDisposable
    {
        public override int ReadValue() => throw null;
        public void Dispose() => throw null;
    }

    public abstract class AdcControllerBase
    {
        public abstract int MaxValue { get; }
        public abstract AdcChannel OpenChannel(int channelNumber);
    }

    public class AdcController : AdcControllerBase
    {
        public AdcController() { }
        public override int MaxValue { get => throw null; }
        public override AdcChannel OpenChannel(int channelNumber) => throw null;
    }
}
