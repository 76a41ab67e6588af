using System;
using System.Device.I2c;
using Iot.Device.Ssd13xx;

namespace FieldNode.Drivers
{
    /// <summary>
    /// The OLED on the board's I2C bus. Its set-up is that of Iot.Device.Ssd13xx; pixels go past that package, which always sends the
    /// whole screen. Only the device has this class.
    /// </summary>
    public sealed class OledBus : IOledBus
    {
        private readonly I2cDevice _device;
        private readonly bool _isSh1106;

        public OledBus(I2cDevice device, bool isSh1106)
        {
            _device = device;
            _isSh1106 = isSh1106;
        }

        public bool Start()
        {
            try
            {
                // The set-up does not look whether anybody answers.
                if (_device.WriteByte(0).Status != I2cTransferStatus.FullTransfer)
                {
                    return false;
                }

                Ssd1306 panel = _isSh1106 ? new Sh1106(_device) : new Ssd1306(_device);
                return panel.Width == 128;
            }
            catch (Exception)
            {
                return false;
            }
        }

        public bool Write(byte[] bytes, int count)
        {
            try
            {
                return _device.Write(new SpanByte(bytes, 0, count)).Status == I2cTransferStatus.FullTransfer;
            }
            catch (Exception)
            {
                return false;
            }
        }
    }
}
