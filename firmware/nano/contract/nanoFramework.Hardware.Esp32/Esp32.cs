using System.Reflection;

[assembly: AssemblyVersion("1.6.42.0")]

namespace nanoFramework.Hardware.Esp32
{
    public enum DeviceFunction
    {
        SPI1_MOSI = 65792,
        SPI1_MISO = 65793,
        SPI1_CLOCK = 65794,
        SPI2_MOSI = 66048,
        SPI2_MISO = 66049,
        SPI2_CLOCK = 66050,
        I2C1_DATA = 131328,
        I2C1_CLOCK = 131329,
        COM2_TX = 197120,
        COM2_RX = 197121,
    }

    public class NativeMemory
    {
        public enum MemoryType { All, Internal, SpiRam }

        public static void GetMemoryInfo(MemoryType memType, out uint totalSize, out uint totalFreeSize, out uint largestFreeBlock) =>
            throw null;
    }

    public class Configuration { public static void SetPinFunction(int pin, DeviceFunction value) => throw null; }
}
