using FieldNode.Core.Ports;

namespace FieldNode.Core.Enrolment
{
    /// <summary>
    /// Keeps the settings in two sectors of the flash, written in turns, so that one of them is whole at every moment. A sector holds one
    /// writing: at one writing a start, a part's 100,000 erases last 200,000 starts.
    /// </summary>
    public sealed class SettingsStore
    {
        /// <summary>Sectors it needs.</summary>
        public const int Sectors = 2;

        private const byte Unmarked = 0xFF;
        private const int MarkAt = StoredSettings.BytesMax;

        private readonly IFlash _flash;

        private int _newest = 1;

        public SettingsStore(IFlash flash)
        {
            _flash = flash;
        }

        /// <summary>
        /// The start came to work, so that <see cref="StoredSettings.FailedStarts"/> is 0 when they are read again: one byte behind the
        /// settings says so, which takes no erase while a lane works.
        /// </summary>
        public void MarkWorks()
        {
            _flash.Program(_newest * _flash.SectorBytes + MarkAt, new byte[1], 0, 1);
        }

        /// <summary>Reads the newest settings; false when there are none, or the flash does not answer.</summary>
        public bool Load(StoredSettings settings)
        {
            bool hasFirst = Read(0, settings);
            uint first = settings.Count;
            bool hasSecond = Read(1, settings);
            if (hasSecond && (!hasFirst || settings.Count - first < 0x80000000))
            {
                _newest = 1;
                return true;
            }

            _newest = 0;
            return Read(0, settings);
        }

        /// <summary>Writes them over the older ones; false when the flash fails, and then the newest stay.</summary>
        public bool Save(StoredSettings settings)
        {
            int sector = 1 - _newest;
            settings.Count++;
            byte[] buffer = new byte[MarkAt + 1]; // not kept: it is needed at a start and for a card
            for (int i = settings.Write(buffer); i < buffer.Length; i++)
            {
                buffer[i] = Unmarked; // files grow by what is written: the mark is to have its place
            }

            if (!_flash.EraseSector(sector * _flash.SectorBytes) || !_flash.Program(sector * _flash.SectorBytes, buffer, 0, buffer.Length))
            {
                return false;
            }

            _newest = sector;
            return true;
        }

        /// <summary>Clears every bit of the settings before the newest: they may hold secrets that are spent. False when the flash fails,
        /// or the newest do not read back.</summary>
        public bool DestroyOlder()
        {
            return Read(_newest, new StoredSettings()) && _flash.Program((1 - _newest) * _flash.SectorBytes,
                new byte[StoredSettings.BytesMax], 0, StoredSettings.BytesMax);
        }

        private bool Read(int sector, StoredSettings settings)
        {
            byte[] buffer = new byte[MarkAt + 1];
            settings.Clear();
            if (!_flash.Read(sector * _flash.SectorBytes, buffer, 0, buffer.Length) || !settings.TryRead(buffer, MarkAt))
            {
                return false;
            }

            settings.FailedStarts = buffer[MarkAt] == Unmarked ? settings.FailedStarts : (byte)0;
            return true;
        }
    }
}
