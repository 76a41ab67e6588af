using System;
using System.Device.I2c;
using System.Reflection;

[assembly: AssemblyVersion("1.3.0.0")]

namespace Iot.Device.Ssd13xx
{
    public abstract class Ssd13xx : IDisposable
    {
        public int Width { get => throw null; set => throw null; }
        public void Dispose() => throw null;
    }

    public class Ssd1306 : Ssd13xx
    {
        public Ssd1306(I2cDevice i2cDevice, int resetPin = -1) => throw null;
    }

    public class Sh1106 : Ssd1306
    {
        public Sh1106(I2cDevice i2cDevice, int resetPin = -1) : base(i2cDevice, resetPin) => throw null;
    }
}
