using FieldNode.Core.Ports;

namespace FieldNode.Drivers
{
    /// <summary>
    /// Winbond W25Q16 … W25Q128 serial NOR flash. A program or erase has been read back and compared when it returns true. Commands, sizes
    /// and times are those of the W25Q128JV data sheet (instruction set table, AC characteristics): page program 3 ms and sector erase
    /// 400 ms at most.
    /// </summary>
    public sealed class W25Flash : IFlash
    {
        private const byte WriteEnable = 0x06;
        private const byte ReadStatus = 0x05;
        private const byte ReadData = 0x03;
        private const byte PageProgram = 0x02;
        private const byte SectorErase = 0x20;
        private const byte ReadJedecId = 0x9F;
        private const byte EnterPowerDown = 0xB9;
        private const byte ReleasePowerDown = 0xAB;

        private const byte StatusBusy = 0x01;
        private const byte StatusWriteEnabled = 0x02;
        private const byte StatusNoPart = 0xFF;

        private const int Winbond = 0xEF;
        private const int CapacityMin = 0x15; // 2^21 bytes: W25Q16
        private const int CapacityMax = 0x18; // 2^24 bytes: W25Q128, the last with 24-bit addresses

        private const int PageBytes = 256;
        private const int CommandBytes = 4;
        private const int QuickPolls = 20;
        private const int ProgramMsMax = 10;
        private const int EraseMsMax = 1000;

        private readonly ISpi _spi;
        private readonly int _sectorsMax;
        private readonly byte[] _bytes = new byte[CommandBytes + PageBytes];

        /// <param name="sectorsMax">Sectors used, from the part's first on; 0 for all of them.</param>
        public W25Flash(ISpi spi, int sectorsMax)
        {
            _spi = spi;
            _sectorsMax = sectorsMax;
        }

        /// <summary>Manufacturer, type and capacity as the part told them, for example 0xEF4018; 0 before <see cref="Identify"/>.</summary>
        public int JedecId { get; private set; }

        public int Bytes { get; private set; }

        public int SectorBytes { get { return 4096; } }

        /// <summary>
        /// Wakes the part, waits for what a reset may have left running in it, and reads its identity; false when there is no part that
        /// this driver knows. Nothing else works before.
        /// </summary>
        public bool Identify()
        {
            WakeUp();
            if (!WaitReady(EraseMsMax))
            {
                return false;
            }

            _bytes[0] = ReadJedecId;
            _spi.Transfer(_bytes, CommandBytes);
            JedecId = _bytes[1] << 16 | _bytes[2] << 8 | _bytes[3];
            int capacity = _bytes[3];
            if (_bytes[1] != Winbond || capacity < CapacityMin || capacity > CapacityMax)
            {
                return false;
            }

            int sectors = (1 << capacity) / SectorBytes;
            Bytes = SectorBytes * (_sectorsMax > 0 && _sectorsMax < sectors ? _sectorsMax : sectors);
            return true;
        }

        public bool Read(int address, byte[] buffer, int offset, int count)
        {
            Check(address, count);
            while (count > 0)
            {
                int part = count < PageBytes ? count : PageBytes;
                ReadPart(address, part);
                System.Array.Copy(_bytes, CommandBytes, buffer, offset, part);
                address += part;
                offset += part;
                count -= part;
            }

            return IsThere();
        }

        public bool Program(int address, byte[] buffer, int offset, int count)
        {
            Check(address, count);
            while (count > 0)
            {
                int room = PageBytes - address % PageBytes; // past the page's end the part would go on at its start
                int part = count < room ? count : room;
                if (!EnableWrite())
                {
                    return false;
                }

                Command(PageProgram, address);
                System.Array.Copy(buffer, offset, _bytes, CommandBytes, part);
                _spi.Transfer(_bytes, CommandBytes + part);
                if (!WaitReady(ProgramMsMax) || !Holds(address, buffer, offset, part))
                {
                    return false;
                }

                address += part;
                offset += part;
                count -= part;
            }

            return true;
        }

        public bool EraseSector(int address)
        {
            Check(address, SectorBytes);
            if (!EnableWrite())
            {
                return false;
            }

            Command(SectorErase, address);
            _spi.Transfer(_bytes, CommandBytes);
            if (!WaitReady(EraseMsMax))
            {
                return false;
            }

            for (int at = address; at < address + SectorBytes; at += PageBytes)
            {
                ReadPart(at, PageBytes);
                for (int i = CommandBytes; i < _bytes.Length; i++)
                {
                    if (_bytes[i] != 0xFF)
                    {
                        return false;
                    }
                }
            }

            return IsThere(); // a part that is gone reads as erased
        }

        /// <summary>Deep power-down: some microamperes until <see cref="WakeUp"/>; in between the part hears nothing else.</summary>
        public void PowerDown()
        {
            _bytes[0] = EnterPowerDown;
            _spi.Transfer(_bytes, 1);
        }

        public void WakeUp()
        {
            _bytes[0] = ReleasePowerDown;
            _spi.Transfer(_bytes, 1);
            _spi.Pause(1); // 3 µs are enough
        }

        private void Check(int address, int count)
        {
            if (address < 0 || count < 0 || address > Bytes - count)
            {
                throw new System.ArgumentOutOfRangeException(nameof(address));
            }
        }

        // The part lets the latch fall after each program and erase; without it both are ignored.
        private bool EnableWrite()
        {
            _bytes[0] = WriteEnable;
            _spi.Transfer(_bytes, 1);
            byte status = Status();
            return status != StatusNoPart && (status & StatusWriteEnabled) != 0;
        }

        private bool Holds(int address, byte[] buffer, int offset, int count)
        {
            ReadPart(address, count);
            for (int i = 0; i < count; i++)
            {
                if (_bytes[CommandBytes + i] != buffer[offset + i])
                {
                    return false;
                }
            }

            return true;
        }

        private void ReadPart(int address, int count)
        {
            Command(ReadData, address);
            _spi.Transfer(_bytes, CommandBytes + count);
        }

        private void Command(byte command, int address)
        {
            _bytes[0] = command;
            _bytes[1] = (byte)(address >> 16);
            _bytes[2] = (byte)(address >> 8);
            _bytes[3] = (byte)address;
        }

        private byte Status()
        {
            _bytes[0] = ReadStatus;
            _bytes[1] = 0;
            _spi.Transfer(_bytes, 2);
            return _bytes[1];
        }

        private bool IsThere()
        {
            byte status = Status();
            return status != StatusNoPart && (status & StatusBusy) == 0;
        }

        // A page program usually ends within some polls; only then time is given away.
        private bool WaitReady(int millisecondsMax)
        {
            for (int polls = 0; polls < QuickPolls + millisecondsMax; polls++)
            {
                byte status = Status();
                if (status == StatusNoPart)
                {
                    return false;
                }

                if ((status & StatusBusy) == 0)
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
    }
}
