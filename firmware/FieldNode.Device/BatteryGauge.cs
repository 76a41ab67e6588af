using FieldNode.Core.Enrolment;
using FieldNode.Core.Ports;
using FieldNode.Drivers;

namespace FieldNode.Device
{
    /// <summary>Calibrates the battery's converter and stores its scale in the node's settings.</summary>
    internal sealed class BatteryGauge : IBatteryGauge
    {
        private readonly Battery _battery;
        private readonly StoredSettings _settings;
        private readonly SettingsStore _store;

        public BatteryGauge(Battery battery, StoredSettings settings, SettingsStore store)
        {
            _battery = battery;
            _settings = settings;
            _store = store;
            _battery.SetScale(settings.BatteryScale);
        }

        public bool Calibrate(int millivolts)
        {
            int scale = _battery.ScaleFor(millivolts);
            ushort before = _settings.BatteryScale;
            _settings.BatteryScale = (ushort)scale;
            if (scale == 0 || !_store.Save(_settings))
            {
                _settings.BatteryScale = before;
                return false;
            }

            _battery.SetScale(scale);
            return true;
        }
    }
}
