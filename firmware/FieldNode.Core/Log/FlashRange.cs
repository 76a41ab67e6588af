using FieldNode.Core.Ports;

namespace FieldNode.Core.Log
{
    /// <summary>A range of sectors of a flash, as a flash of its own.</summary>
    public sealed class FlashRange : IFlash
    {
        private readonly IFlash _flash;
        private readonly int _start;

        public FlashRange(IFlash flash, int firstSector, int sectors)
        {
            _flash = flash;
            _start = firstSector * flash.SectorBytes;
            Bytes = sectors * flash.SectorBytes;
            SectorBytes = flash.SectorBytes;
        }

        public int Bytes { get; }

        public int SectorBytes { get; }

        public bool Read(int address, byte[] buffer, int offset, int count)
        {
            return _flash.Read(Checked(address, count), buffer, offset, count);
        }

        public bool Program(int address, byte[] buffer, int offset, int count)
        {
            return _flash.Program(Checked(address, count), buffer, offset, count);
        }

        public bool EraseSector(int address)
        {
            return _flash.EraseSector(Checked(address, SectorBytes));
        }

        public byte BeginErase(int address)
        {
            return _flash.BeginErase(Checked(address, SectorBytes));
        }

        public byte PollErase()
        {
            return _flash.PollErase();
        }

        public byte WaitErase()
        {
            return _flash.WaitErase();
        }

        private int Checked(int address, int count)
        {
            if (address < 0 || count < 0 || address > Bytes - count)
            {
                throw new System.ArgumentOutOfRangeException(nameof(address));
            }

            return _start + address;
        }
    }
}
