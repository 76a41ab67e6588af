using System.Reflection;

[assembly: AssemblyVersion("1.1.62.0")]

namespace System.Device.Gpio
{
    public enum PinMode { Input, InputPullDown, InputPullUp, Output }

    public struct PinValue
    {
        public static PinValue High { get => throw null; }
        public static PinValue Low { get => throw null; }
        public static bool operator ==(PinValue a, PinValue b) => throw null;
        public static bool operator !=(PinValue a, PinValue b) => throw null;
        public override bool Equals(object obj) => throw null;
        public override int GetHashCode() => throw null;
    }

    public class GpioController
    {
        public GpioController() { }
        public GpioPin OpenPin(int pinNumber) => throw null;
    }

    public sealed class GpioPin : IDisposable
    {
        public void SetPinMode(PinMode value) => throw null;
        public PinValue Read() => throw null;
        public void Write(PinValue value) => throw null;
        public void Dispose() => throw null;
    }
}
