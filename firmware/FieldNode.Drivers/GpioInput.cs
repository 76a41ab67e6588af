using System.Device.Gpio;

namespace FieldNode.Drivers
{
    /// <summary>An input pin with its pull-up: active when the part pulls it low. Only the device has this class.</summary>
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
