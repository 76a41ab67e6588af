using FieldNode.Core.Ports;
using FieldNode.Device;
using FieldNode.Drivers;
using FieldNode.Protocol.Flash;

namespace FieldNode.BringUp
{
    /// <summary>Checks the flash chip's identity, then erases, programs and reads one unused sector.</summary>
    internal sealed class FlashTest
    {
        private const int PageBytes = 256;

        private readonly BoardParts _parts;
        private readonly BringUpProgram _program;
        private readonly byte[] _page = new byte[PageBytes];

        public FlashTest(BoardParts parts, BringUpProgram program)
        {
            _parts = parts;
            _program = program;
        }

        public void Run()
        {
            if (_parts.FlashBus == null)
            {
                IFlash files = new FileFlash(_parts.Drive, _parts.Segments);
                Try(files, "files");
                return;
            }

            W25Flash chip = new W25Flash(_parts.FlashBus, 0);
            if (chip.Identify())
            {
                Try(chip, chip.JedecId.ToString("X6") + " " + (chip.Bytes >> 20).ToString() + " MB");
            }
            else
            {
                _program.Tell("flash", false, "no known chip, id " + chip.JedecId.ToString("X6")
                    + ": wires, /WP and /HOLD to 3V3?");
            }
        }

        private void Try(IFlash flash, string name)
        {
            int sector = FindErased(flash);
            if (sector < 0)
            {
                _program.Tell("flash", true, name + "; no erased sector, not tested");
                return;
            }

            uint begun = _program.Now;
            bool isErased = flash.EraseSector(sector);
            uint erased = _program.Now;
            for (int i = 0; i < PageBytes; i++)
            {
                _page[i] = (byte)(i * 37 + 11);
            }

            bool isWritten = isErased && flash.Program(sector, _page, 0, PageBytes);
            uint written = _program.Now;
            bool isRead = isWritten && Holds(flash, sector) && flash.EraseSector(sector);
            string times = "; erase " + (erased - begun).ToString() + " ms, program " + (written - erased).ToString() + " ms";
            _program.Tell("flash", isRead,
                name + times + (isRead ? "" : isErased ? isWritten ? ", reads back wrong" : ", does not program" : ", does not erase"));
        }

        // Starts in the middle: data is at the beginning and at the end.
        private int FindErased(IFlash flash)
        {
            for (int address = flash.Bytes / 2 / flash.SectorBytes * flash.SectorBytes; address < flash.Bytes; address += flash.SectorBytes)
            {
                bool isErased = true;
                for (int at = address; isErased && at < address + flash.SectorBytes; at += PageBytes)
                {
                    isErased = flash.Read(at, _page, 0, PageBytes) && SectorWalk.AllErased(_page, 0, PageBytes);
                }

                if (isErased)
                {
                    return address;
                }
            }

            return -1;
        }

        private bool Holds(IFlash flash, int sector)
        {
            byte[] read = new byte[PageBytes];
            bool isRead = flash.Read(sector, read, 0, PageBytes);
            for (int i = 0; isRead && i < PageBytes; i++)
            {
                isRead = read[i] == _page[i];
            }

            return isRead;
        }
    }
}
