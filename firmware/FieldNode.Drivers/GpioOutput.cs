using System.Device.Gpio;

namespace FieldNode.Drivers
{
    /// <summary>An output pin that switches its part on when high. Device only.</summary>
    public sealed class GpioOutput : IOutputPin
    {
        private readonly GpioPin _pin;

        public GpioOutput(GpioPin pin)
        {
            _pin = pin;
            _pin.SetPinMode(PinMode.Output);
            Switch(false);
        }

        public void Switch(bool on)
        {
            _pin.Write(on ? PinValue.High : PinValue.Low);
        }
    }
}
