using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.DeviceTests
{
    /// <summary>NOR flash in memory, for a device: programming only clears bits.</summary>
    public sealed class MemoryFlash : IFlash
    {
        public const int SectorSize = 4096;

        private readonly byte[][] _sectors;

        public MemoryFlash(int sectors)
        {
            _sectors = new byte[sectors][];
            for (int i = 0; i < sectors; i++)
            {
                _sectors[i] = new byte[SectorSize];
                EraseSector(i * SectorSize);
            }
        }

        public int Bytes { get { return _sectors.Length * SectorSize; } }

        public int SectorBytes { get { return SectorSize; } }

        /// <summary>CRC-32 over the whole image.</summary>
        public uint Check()
        {
            uint running = Crc32.Start;
            for (int i = 0; i < _sectors.Length; i++)
            {
                running = Crc32.Append(running, _sectors[i], 0, SectorSize);
            }

            return Crc32.Finish(running);
        }

        public bool Read(int address, byte[] buffer, int offset, int count)
        {
            System.Array.Copy(_sectors[address / SectorSize], address % SectorSize, buffer, offset, count);
            return true;
        }

        public bool Program(int address, byte[] buffer, int offset, int count)
        {
            byte[] sector = _sectors[address / SectorSize];
            int at = address % SectorSize;
            for (int i = 0; i < count; i++)
            {
                sector[at + i] &= buffer[offset + i];
            }

            return true;
        }

        public byte BeginErase(int address)
        {
            EraseSector(address);
            return FlashErase.UnderWay;
        }

        public byte PollErase()
        {
            return FlashErase.Done;
        }

        public byte WaitErase()
        {
            return FlashErase.Done;
        }

        public bool EraseSector(int address)
        {
            byte[] sector = _sectors[address / SectorSize];
            for (int i = 0; i < SectorSize; i++)
            {
                sector[i] = 0xFF;
            }

            return true;
        }
    }
}
