using FieldNode.Core.Ports;

namespace FieldNode.Drivers
{
    /// <summary>
    /// Winbond W25Q16 … W25Q128 serial NOR flash. A program or erase is read back and verified before it returns true. Commands, sizes and
    /// times follow the W25Q128JV data sheet (instruction set table, AC characteristics): page program at most 3 ms, sector erase at most
    /// 400 ms. A background erase is suspended for each read and program of other sectors (8.2, "Erase / Program Suspend": both are allowed
    /// while suspended; suspending takes 20 us; a power loss leaves the sector half erased, as in any erase).
    /// </summary>
    public sealed class W25Flash : IFlash
    {
        private const int Winbond = 0xEF;
        private const int CapacityMin = 0x15; // 2^21 bytes: W25Q16
        private const int CapacityMax = 0x18; // the largest with 24-bit addresses

        private const int ProgramMsMax = 10;
        private const int EraseMsMax = 1000;
        private const int ErasePollsMax = 1000000; // hours, from a loop; a hung part fails when its data is read
        private const int Nothing = -1;

        private readonly W25Part _part;
        private readonly int _sectorsMax;

        private int _erasing = Nothing; // address of the sector, until its end was polled
        private bool _isErased;         // the part has finished the erase
        private int _proven;            // bytes of the sector read back so far
        private bool _isSuspended;
        private int _erasePolls;

        /// <param name="sectorsMax">Sectors to use, from the start of the part; 0 for all.</param>
        public W25Flash(ISpi spi, int sectorsMax)
        {
            _part = new W25Part(spi);
            _sectorsMax = sectorsMax;
        }

        /// <summary>Manufacturer, type and capacity reported by the part, for example 0xEF4018; 0 before <see cref="Identify"/>.</summary>
        public int JedecId { get; private set; }

        public int Bytes { get; private set; }

        public int SectorBytes { get { return 4096; } }

        /// <summary>Wakes the part, waits for an operation still running after a reset, and reads its identity; false if no supported part
        /// is found. Must be called first.</summary>
        public bool Identify()
        {
            _part.WakeUp();
            if (!_part.WaitReady(EraseMsMax))
            {
                return false;
            }

            JedecId = _part.ReadId();
            int capacity = JedecId & 0xFF;
            if (JedecId >> 16 != Winbond || capacity < CapacityMin || capacity > CapacityMax)
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
            SuspendErase(address, count);
            bool isRead = ReadReady(address, buffer, offset, count);
            ResumeErase();
            return isRead;
        }

        public bool Program(int address, byte[] buffer, int offset, int count)
        {
            Check(address, count);
            SuspendErase(address, count);
            bool isProgrammed = ProgramReady(address, buffer, offset, count);
            ResumeErase();
            return isProgrammed;
        }

        public bool EraseSector(int address)
        {
            Check(address, SectorBytes);
            WaitForPart();
            if (!_part.BeginErase(address) || !_part.WaitReady(EraseMsMax))
            {
                return false;
            }

            for (int at = address; at < address + SectorBytes; at += W25Part.PageBytes)
            {
                if (!_part.IsPageErased(at))
                {
                    return false;
                }
            }

            return _part.IsReady; // a missing part reads as erased
        }

        public byte BeginErase(int address)
        {
            Check(address, SectorBytes);
            if (_erasing != Nothing)
            {
                return FlashErase.Busy;
            }

            if (!_part.BeginErase(address))
            {
                return FlashErase.Failed;
            }

            _erasing = address;
            _isErased = false;
            _proven = 0;
            _erasePolls = 0;
            return FlashErase.UnderWay;
        }

        // Reads back one page per call; the whole sector would take too long.
        public byte PollErase()
        {
            byte status = _part.ReadStatus();
            bool isOver = W25Part.IsGone(status) || ++_erasePolls > ErasePollsMax;
            if (!isOver && !_isErased)
            {
                _isErased = !W25Part.IsBusy(status);
                return FlashErase.UnderWay;
            }

            if (!isOver && _part.IsPageErased(_erasing + _proven))
            {
                _proven += W25Part.PageBytes;
                if (_proven < SectorBytes)
                {
                    return FlashErase.UnderWay;
                }

                _erasing = Nothing;
                return _part.IsReady ? FlashErase.Done : FlashErase.Failed;
            }

            return GiveUp();
        }

        public byte WaitErase()
        {
            WaitForPart();
            byte state;
            do
            {
                state = PollErase();
            }
            while (state == FlashErase.UnderWay && _isErased);
            return state == FlashErase.UnderWay ? GiveUp() : state;
        }

        private byte GiveUp()
        {
            _erasing = Nothing;
            return FlashErase.Failed;
        }

        private bool ReadReady(int address, byte[] buffer, int offset, int count)
        {
            while (count > 0)
            {
                int part = count < W25Part.PageBytes ? count : W25Part.PageBytes;
                _part.Read(address, buffer, offset, part);
                address += part;
                offset += part;
                count -= part;
            }

            return _part.IsReady;
        }

        private bool ProgramReady(int address, byte[] buffer, int offset, int count)
        {
            while (count > 0)
            {
                int room = W25Part.PageBytes - address % W25Part.PageBytes; // past the page end the part wraps to its start
                int part = count < room ? count : room;
                if (!_part.BeginProgram(address, buffer, offset, part) || !_part.WaitReady(ProgramMsMax)
                    || !_part.Holds(address, buffer, offset, part))
                {
                    return false;
                }

                address += part;
                offset += part;
                count -= part;
            }

            return true;
        }

        // Waits for the erase instead if the range overlaps the sector being erased.
        private void SuspendErase(int address, int count)
        {
            if (_erasing == Nothing || _isErased)
            {
                return;
            }

            if (address < _erasing + SectorBytes && _erasing < address + count)
            {
                WaitForPart();
                return;
            }

            if (W25Part.IsBusy(_part.ReadStatus()))
            {
                _part.Send(W25Part.Suspend);
                _isSuspended = true;
                _part.WaitReady(ProgramMsMax);
            }
        }

        // The part ignores Resume if the erase ended just before it was suspended.
        private void ResumeErase()
        {
            if (_isSuspended)
            {
                _part.Send(W25Part.Resume);
                _isSuspended = false;
            }
        }

        private void WaitForPart()
        {
            if (_erasing != Nothing && !_isErased)
            {
                _isErased = _part.WaitReady(EraseMsMax);
            }
        }

        /// <summary>Deep power-down: a few microamperes; the part ignores all commands until <see cref="WakeUp"/>.</summary>
        public void PowerDown()
        {
            _part.Send(W25Part.EnterPowerDown);
        }

        public void WakeUp()
        {
            _part.WakeUp();
        }

        private void Check(int address, int count)
        {
            if (address < 0 || count < 0 || address > Bytes - count)
            {
                throw new System.ArgumentOutOfRangeException(nameof(address));
            }
        }
    }
}
