using System;
using System.Device.I2c;
using Iot.Device.Ssd13xx;

namespace FieldNode.Drivers
{
    /// <summary>The OLED on the board's I2C bus. Iot.Device.Ssd13xx initializes it; pixels bypass that package, which always sends the
    /// whole screen. Device only.</summary>
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
                // The initialization does not check for an answer.
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
