using FieldNode.Protocol.Flash;

namespace FieldNode.Drivers
{
    /// <summary>The commands of a W25Q part, each in one chip select (data sheet W25Q128JV, instruction set table).</summary>
    internal sealed class W25Part
    {
        public const byte PageProgram = 0x02;
        public const byte SectorErase = 0x20;
        public const byte Suspend = 0x75;
        public const byte Resume = 0x7A;
        public const byte EnterPowerDown = 0xB9;
        public const byte ReleasePowerDown = 0xAB;
        public const int PageBytes = 256;

        private const byte WriteEnable = 0x06;
        private const byte ReadStatusRegister = 0x05;
        private const byte ReadData = 0x03;
        private const byte ReadJedecId = 0x9F;

        private const byte StatusBusy = 0x01;
        private const byte StatusWriteEnabled = 0x02;
        private const byte StatusNoPart = 0xFF;

        private const int CommandBytes = 4;
        private const int QuickPolls = 20;

        private readonly ISpi _spi;
        private readonly byte[] _bytes = new byte[CommandBytes + PageBytes];

        public W25Part(ISpi spi)
        {
            _spi = spi;
        }

        /// <summary>True if the part answers and is idle.</summary>
        public bool IsReady
        {
            get
            {
                byte status = ReadStatus();
                return !IsGone(status) && !IsBusy(status);
            }
        }

        /// <summary>The status register, for <see cref="IsGone"/> and <see cref="IsBusy"/>.</summary>
        public byte ReadStatus()
        {
            _bytes[0] = ReadStatusRegister;
            _bytes[1] = 0;
            _spi.Transfer(_bytes, 2);
            return _bytes[1];
        }

        /// <summary>True if no part answered.</summary>
        public static bool IsGone(byte status)
        {
            return status == StatusNoPart;
        }

        public static bool IsBusy(byte status)
        {
            return (status & StatusBusy) != 0;
        }

        /// <summary>Manufacturer, type and capacity.</summary>
        public int ReadId()
        {
            _bytes[0] = ReadJedecId;
            _spi.Transfer(_bytes, CommandBytes);
            return _bytes[1] << 16 | _bytes[2] << 8 | _bytes[3];
        }

        public void Send(byte command)
        {
            _bytes[0] = command;
            _spi.Transfer(_bytes, 1);
        }

        public void WakeUp()
        {
            Send(ReleasePowerDown);
            _spi.Pause(1); // 3 us would be enough
        }

        /// <summary>Starts erasing a sector; false if the part does not accept it.</summary>
        public bool BeginErase(int address)
        {
            if (!EnableWrite())
            {
                return false;
            }

            Address(SectorErase, address);
            _spi.Transfer(_bytes, CommandBytes);
            return true;
        }

        /// <summary>Starts programming bytes within one page; false if the part does not accept it.</summary>
        public bool BeginProgram(int address, byte[] buffer, int offset, int count)
        {
            if (!EnableWrite())
            {
                return false;
            }

            Address(PageProgram, address);
            System.Array.Copy(buffer, offset, _bytes, CommandBytes, count);
            _spi.Transfer(_bytes, CommandBytes + count);
            return true;
        }

        /// <summary>Reads at most a page.</summary>
        public void Read(int address, byte[] buffer, int offset, int count)
        {
            ReadPage(address, count);
            System.Array.Copy(_bytes, CommandBytes, buffer, offset, count);
        }

        /// <summary>True if the bytes of a page read back as programmed.</summary>
        public bool Holds(int address, byte[] buffer, int offset, int count)
        {
            ReadPage(address, count);
            byte[] bytes = _bytes; // the code is interpreted: a local saves one step per byte
            for (int at = CommandBytes; at < CommandBytes + count; at++)
            {
                if (bytes[at] != buffer[offset++])
                {
                    return false;
                }
            }

            return true;
        }

        public bool IsPageErased(int address)
        {
            ReadPage(address, PageBytes);
            return SectorWalk.AllErased(_bytes, CommandBytes, _bytes.Length);
        }

        /// <summary>Waits until the part is idle. A page program usually ends within a few polls; only after that does the thread sleep
        /// between polls.</summary>
        public bool WaitReady(int millisecondsMax)
        {
            for (int polls = 0; polls < QuickPolls + millisecondsMax; polls++)
            {
                byte status = ReadStatus();
                if (IsGone(status))
                {
                    return false;
                }

                if (!IsBusy(status))
                {
                    return true;
                }

                if (polls >= QuickPolls)
                {
                    _spi.Pause(1);
                }
            }

            return false;
        }

        // The part clears the write-enable latch after each program and erase, and ignores both without it.
        private bool EnableWrite()
        {
            Send(WriteEnable);
            byte status = ReadStatus();
            return !IsGone(status) && (status & StatusWriteEnabled) != 0;
        }

        private void ReadPage(int address, int count)
        {
            Address(ReadData, address);
            _spi.Transfer(_bytes, CommandBytes + count);
        }

        private void Address(byte command, int address)
        {
            _bytes[0] = command;
            _bytes[1] = (byte)(address >> 16);
            _bytes[2] = (byte)(address >> 8);
            _bytes[3] = (byte)address;
        }
    }
}
