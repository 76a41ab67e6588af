using System;
using System.Device.Adc;
using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Spi;
using System.Threading;
using FieldNode.Device.Boards;
using FieldNode.Drivers;
using nanoFramework.Hardware.Esp32;

namespace FieldNode.Device
{
    /// <summary>Wires an ESP32's pins to the drivers. Only the device has this class.</summary>
    internal sealed class EspBoard : IBoardPower
    {
        private const byte OledAddress = 0x3C;
        private const byte RtcAddress = 0x68;
        private const int FlashHertz = 20000000;

        // A scanner at 9600 baud sends two bytes meanwhile.
        private const int RestMs = 2;

        private readonly Random _random = new Random();
        private readonly GpioController _gpio = new GpioController();

        public uint Now { get { return (uint)Environment.TickCount64; } }

        public static BoardParts WireRevA()
        {
            EspBoard board = new EspBoard();
            Configuration.SetPinFunction(RevA.FlashMosi, DeviceFunction.SPI1_MOSI);
            Configuration.SetPinFunction(RevA.FlashMiso, DeviceFunction.SPI1_MISO);
            Configuration.SetPinFunction(RevA.FlashClock, DeviceFunction.SPI1_CLOCK);
            BoardParts parts = board.WireLane(RevA.Name, RevA.OledData, RevA.OledClock, RevA.ScannerTx, RevA.ScannerRx);
            SpiConnectionSettings flash = new SpiConnectionSettings(1, RevA.FlashSelect);
            flash.ClockFrequency = FlashHertz;
            flash.Mode = SpiMode.Mode0;
            parts.FlashBus = new SpiBus(SpiDevice.Create(flash));
            parts.Rtc = new I2cPart(I2cDevice.Create(new I2cConnectionSettings(1, RtcAddress)));
            parts.ArrivedButton = board.Input(RevA.ArrivedButton);
            parts.UndoButton = board.Input(RevA.UndoButton);
            parts.Beam = board.Input(RevA.Beam);
            parts.Buzzer = board.Output(RevA.Buzzer);
            parts.Lamp = board.Output(RevA.Lamp);
            parts.BatteryInput = new AnalogInput(new AdcController(), RevA.BatteryAdcChannel, RevA.BatteryDivider);
            return parts;
        }

        public static BoardParts WireDevKit()
        {
            EspBoard board = new EspBoard();
            BoardParts parts = board.WireLane(DevKit.Name, DevKit.OledData, DevKit.OledClock, DevKit.ScannerTx, DevKit.ScannerRx);
            parts.Drive = new DriveFiles("I:\\");
            parts.Segments = DevKit.Segments;
            parts.ArrivedButton = board.Input(DevKit.ArrivedButton);
            parts.UndoButton = board.Input(DevKit.UndoButton);
            parts.Buzzer = board.Output(DevKit.Buzzer);
            parts.Lamp = board.Output(DevKit.Lamp);
            return parts;
        }

        public void Rest()
        {
            Thread.Sleep(RestMs);
        }

        // 31 bits of the chip's own generator, which has true noise while the radio is on; ticks and clock in case it has none.
        public uint Chance()
        {
            return (uint)_random.Next() ^ (uint)Environment.TickCount64 << 16 ^ (uint)DateTime.UtcNow.Ticks;
        }

        // What every board has.
        private BoardParts WireLane(string name, int oledData, int oledClock, int scannerTx, int scannerRx)
        {
            Configuration.SetPinFunction(oledData, DeviceFunction.I2C1_DATA);
            Configuration.SetPinFunction(oledClock, DeviceFunction.I2C1_CLOCK);
            Configuration.SetPinFunction(scannerTx, DeviceFunction.COM2_TX);
            Configuration.SetPinFunction(scannerRx, DeviceFunction.COM2_RX);
            BoardParts parts = new BoardParts();
            parts.Name = name;
            parts.Oled = new OledBus(I2cDevice.Create(new I2cConnectionSettings(1, OledAddress, I2cBusSpeed.FastMode)), isSh1106: false);
            parts.OledOffset = Ssd1306Panel.Ssd1306Offset;
            parts.ScannerLine = new SerialLine("COM2");
            parts.Radio = new WifiRadio(new EspStation());
            parts.Http = new HttpPostThread();
            parts.SystemTime = new SystemTime();
            parts.Tags = new Tags();
            parts.StatusText = new StatusJson();
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
