namespace FieldNode.Core.Ports
{
    /// <summary>
    /// Measures the battery. The converter of an ESP32 is off by up to 10 % (Espressif, ESP32 datasheet, "ADC Characteristics"): a
    /// technician tells by card what a multimeter shows.
    /// </summary>
    public interface IBatteryGauge
    {
        /// <summary>
        /// From now on what is measured now reads as so many millivolts, over a loss of power too. False when it is further off than a
        /// converter can be, when nothing is measured, or when the flash does not keep it: then all is as it was.
        /// </summary>
        bool Calibrate(int millivolts);
    }
}
