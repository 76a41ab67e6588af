using System;
using System.Device.Adc;

namespace FieldNode.Drivers
{
    /// <summary>An ADC channel behind a voltage divider. Device only.</summary>
    public sealed class AnalogInput : IAnalogInput
    {
        private readonly AdcChannel _channel;
        private readonly int _maxValue;
        private readonly int _divider;
        private readonly int _fullScale;

        /// <param name="divider">Divider ratio: voltage at the part over voltage at the pin.</param>
        /// <param name="fullScale">Millivolts at the pin that read as the converter's maximum; an individual chip differs by up to 10 %
        /// (<see cref="Battery.Scale"/>).</param>
        public AnalogInput(AdcController controller, int channel, int divider, int fullScale)
        {
            _channel = controller.OpenChannel(channel);
            _maxValue = controller.MaxValue;
            _divider = divider;
            _fullScale = fullScale;
        }

        public int ReadMillivolts()
        {
            try
            {
                return _maxValue <= 0 ? -1 : _channel.ReadValue() * _fullScale / _maxValue * _divider;
            }
            catch (Exception)
            {
                return -1;
            }
        }
    }
}
