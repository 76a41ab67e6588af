using System;
using System.Device.Adc;

namespace FieldNode.Drivers
{
    /// <summary>An ADC channel behind a divider. Only the device has this class.</summary>
    public sealed class AnalogInput : IAnalogInput
    {
        // Full scale of an ESP32's ADC with the 11 dB attenuation that the platform sets (ESP32 data sheet, "ADC").
        private const int FullScaleMillivolts = 3300;

        private readonly AdcChannel _channel;
        private readonly int _maxValue;
        private readonly int _divider;

        /// <param name="divider">How many times smaller than at the part the voltage is at the pin.</param>
        public AnalogInput(AdcController controller, int channel, int divider)
        {
            _channel = controller.OpenChannel(channel);
            _maxValue = controller.MaxValue;
            _divider = divider;
        }

        public int ReadMillivolts()
        {
            try
            {
                return _maxValue <= 0 ? -1 : _channel.ReadValue() * FullScaleMillivolts / _maxValue * _divider;
            }
            catch (Exception)
            {
                return -1;
            }
        }
    }
}
