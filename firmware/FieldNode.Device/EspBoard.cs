using System;
using System.Device.Adc;
using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Spi;
using System.Threading;
using FieldNode.Core.Health;
using FieldNode.Device.Boards;
using FieldNode.Drivers;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Runtime.Native;

namespace FieldNode.Device
{
    /// <summary>Wires an ESP32's pins to the drivers. Device only.</summary>
    internal sealed class EspBoard : IBoardPower, IBoardMemory
    {
        private const byte OledAddress = 0x3C;
        private const byte RtcAddress = 0x68;
        private const int FlashHertz = 20000000;

        // A scanner at 9600 baud sends two bytes in this time.
        private const int RestMs = 2;

        private readonly Random _random = new Random();
        private readonly GpioController _gpio = new GpioController();

        public uint Now { get { return (uint)Environment.TickCount64; } }

        /// <summary>Wires the board for this chip, identified by the platform's target name.</summary>
        public static BoardParts Wire()
        {
            return new EspBoard().Wire(SystemInfo.TargetName == RevBS3.Target ? RevBS3.Pins() : RevB.Pins());
        }

        /// <summary>Wires the parts that the board has.</summary>
        public BoardParts Wire(BoardPins pins)
        {
            BoardParts parts = WireLane(pins);
            parts.ArrivedButton = Input(pins.ArrivedButton);
            parts.UndoButton = Input(pins.UndoButton);
            parts.Buzzer = Output(pins.Buzzer);
            parts.Lamp = Output(pins.Lamp);
            if (pins.FlashBus == BoardPins.None)
            {
                parts.Drive = new DriveFiles("I:\\");
                parts.Segments = pins.Segments;
                return parts;
            }

            parts.FlashBus = FlashBus(pins);
            parts.Rtc = new I2cPart(I2cDevice.Create(new I2cConnectionSettings(1, RtcAddress)));
            parts.Beam = Input(pins.Beam);
            parts.BatteryInput = new AnalogInput(new AdcController(), pins.BatteryAdcChannel, pins.BatteryDivider, pins.BatteryFullScale);
            return parts;
        }

        public void Measure(NodeHealth health)
        {
            uint total;
            NativeMemory.GetMemoryInfo(NativeMemory.MemoryType.Internal, out total, out health.NativeFree, out health.NativeLargest);
            health.HeapFree = nanoFramework.Runtime.Native.GC.Run(false);
        }

        public void Rest()
        {
            Thread.Sleep(RestMs);
        }

        // 31 bits from the chip's own generator, which has true noise while the radio is on; ticks and clock are mixed in case it has none.
        public uint Chance()
        {
            return (uint)_random.Next() ^ (uint)Environment.TickCount64 << 16 ^ (uint)DateTime.UtcNow.Ticks;
        }

        private static SpiBus FlashBus(BoardPins pins)
        {
            bool isFirst = pins.FlashBus == 1;
            Configuration.SetPinFunction(pins.FlashMosi, isFirst ? DeviceFunction.SPI1_MOSI : DeviceFunction.SPI2_MOSI);
            Configuration.SetPinFunction(pins.FlashMiso, isFirst ? DeviceFunction.SPI1_MISO : DeviceFunction.SPI2_MISO);
            Configuration.SetPinFunction(pins.FlashClock, isFirst ? DeviceFunction.SPI1_CLOCK : DeviceFunction.SPI2_CLOCK);
            SpiConnectionSettings flash = new SpiConnectionSettings(pins.FlashBus, pins.FlashSelect);
            flash.ClockFrequency = FlashHertz;
            flash.Mode = SpiMode.Mode0;
            return new SpiBus(SpiDevice.Create(flash));
        }

        // Wires the parts that every board has.
        private BoardParts WireLane(BoardPins pins)
        {
            Configuration.SetPinFunction(pins.OledData, DeviceFunction.I2C1_DATA);
            Configuration.SetPinFunction(pins.OledClock, DeviceFunction.I2C1_CLOCK);
            Configuration.SetPinFunction(pins.ScannerTx, DeviceFunction.COM2_TX);
            Configuration.SetPinFunction(pins.ScannerRx, DeviceFunction.COM2_RX);
            BoardParts parts = new BoardParts();
            parts.Name = pins.Name;
            parts.Oled = new OledBus(I2cDevice.Create(new I2cConnectionSettings(1, OledAddress, I2cBusSpeed.FastMode)), isSh1106: false);
            parts.OledOffset = Ssd1306Panel.Ssd1306Offset;
            parts.ScannerLine = new SerialLine("COM2");
            parts.Radio = new WifiRadio(new EspStation());
            parts.Http = new HttpPostThread();
            parts.SystemTime = new SystemTime();
            parts.Tags = new Tags();
            parts.StatusText = new StatusJson();
            parts.Memory = this;
            parts.Power = this;
            return parts;
        }

        private IInputPin Input(int pin)
        {
            return new GpioInput(_gpio.OpenPin(pin));
        }

        private IOutputPin Output(int pin)
        {
            return new GpioOutput(_gpio.OpenPin(pin));
        }
    }
}
