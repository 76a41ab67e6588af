using System.Device.Gpio;

namespace FieldNode.Drivers
{
    /// <summary>An input pin with pull-up, active when the part pulls it low. Device only.</summary>
    public sealed class GpioInput : IInputPin
    {
        private readonly GpioPin _pin;

        public GpioInput(GpioPin pin)
        {
            _pin = pin;
            _pin.SetPinMode(PinMode.InputPullUp);
        }

        public bool IsActive { get { return _pin.Read() == PinValue.Low; } }
    }
}
