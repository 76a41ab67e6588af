using FieldNode.Core.Ports;

namespace FieldNode.Drivers
{
    /// <summary>
    /// The ring's flash as segment files, for a board without a flash chip. Each sector is one file, as long as the data programmed; a
    /// missing file is an erased sector. A program is durable once its file is closed, which happens before the call returns.
    /// </summary>
    public sealed class FileFlash : IFlash
    {
        private const byte Erased = 0xFF;

        private readonly ISegmentDrive _drive;
        private readonly byte[] _merged = new byte[512];

        private byte _erased; // UnderWay: no erase pending

        public FileFlash(ISegmentDrive drive, int sectors)
        {
            _drive = drive;
            Bytes = sectors * SectorBytes;
        }

        public int Bytes { get; }

        public int SectorBytes { get { return 4096; } }

        public bool Read(int address, byte[] buffer, int offset, int count)
        {
            Check(address, count);
            while (count > 0)
            {
                int part = PartOf(address, count);
                if (!ReadPart(address, buffer, offset, part))
                {
                    return false;
                }

                address += part;
                offset += part;
                count -= part;
            }

            return true;
        }

        public bool Program(int address, byte[] buffer, int offset, int count)
        {
            Check(address, count);
            while (count > 0)
            {
                int part = PartOf(address, count < _merged.Length ? count : _merged.Length);
                if (!ReadPart(address, _merged, 0, part))
                {
                    return false;
                }

                for (int i = 0; i < part; i++)
                {
                    _merged[i] &= buffer[offset + i];
                }

                if (!_drive.Write(address / SectorBytes, address % SectorBytes, _merged, 0, part))
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
            return _drive.Delete(address / SectorBytes);
        }

        /// <summary>Deletes the file before returning, however long it takes; there is no background erase.</summary>
        public byte BeginErase(int address)
        {
            if (_erased != FlashErase.UnderWay)
            {
                return FlashErase.Busy;
            }

            _erased = EraseSector(address) ? FlashErase.Done : FlashErase.Failed;
            return FlashErase.UnderWay;
        }

        public byte PollErase()
        {
            byte erased = _erased;
            _erased = FlashErase.UnderWay;
            return erased;
        }

        public byte WaitErase()
        {
            return PollErase();
        }

        private void Check(int address, int count)
        {
            if (address < 0 || count < 0 || address > Bytes - count)
            {
                throw new System.ArgumentOutOfRangeException(nameof(address));
            }
        }

        private int PartOf(int address, int count)
        {
            int room = SectorBytes - address % SectorBytes;
            return count < room ? count : room;
        }

        // Reads within one sector: the file's bytes, then 0xFF past its end.
        private bool ReadPart(int address, byte[] buffer, int offset, int count)
        {
            int segment = address / SectorBytes;
            int position = address % SectorBytes;
            int length = _drive.Length(segment);
            int held = length - position < count ? length - position : count;
            held = held < 0 ? 0 : held;
            for (int i = held; i < count; i++)
            {
                buffer[offset + i] = Erased;
            }

            return length >= 0 && (held == 0 || _drive.Read(segment, position, buffer, offset, held));
        }
    }
}
