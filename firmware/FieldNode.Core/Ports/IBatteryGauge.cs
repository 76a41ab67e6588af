namespace FieldNode.Core.Ports
{
    /// <summary>
    /// Measures the battery. The converter of an ESP32 is off by up to 10 % (Espressif, ESP32 datasheet, "ADC Characteristics"), so a
    /// technician enters the reading of a multimeter by card.
    /// </summary>
    public interface IBatteryGauge
    {
        /// <summary>
        /// Calibrates the gauge, so that the present voltage reads as this many millivolts; the calibration survives a loss of power. False
        /// if the value is further off than a converter can be, if nothing is measured, or if the flash does not store it; then nothing
        /// changes.
        /// </summary>
        bool Calibrate(int millivolts);
    }
}
