using FieldNode.Core.Ports;

namespace FieldNode.Core.Enrolment
{
    /// <summary>
    /// Keeps the settings in two flash sectors, written alternately, so that one copy is always intact. A sector holds one copy: with one
    /// write per start, a part rated for 100,000 erases lasts 200,000 starts.
    /// </summary>
    public sealed class SettingsStore
    {
        /// <summary>Number of sectors it needs.</summary>
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
        /// Marks the start as successful, so that <see cref="StoredSettings.FailedStarts"/> reads back as 0. It programs one byte after the
        /// settings, which needs no erase while a lane works.
        /// </summary>
        public void MarkWorks()
        {
            _flash.Program(_newest * _flash.SectorBytes + MarkAt, new byte[1], 0, 1);
        }

        /// <summary>Reads the newest settings; false if there are none or the flash does not answer.</summary>
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

        /// <summary>Overwrites the older copy; false if the flash fails, which leaves the newest copy intact.</summary>
        public bool Save(StoredSettings settings)
        {
            int sector = 1 - _newest;
            settings.Count++;
            byte[] buffer = new byte[MarkAt + 1]; // not a field: only used at start and for a card
            for (int i = settings.Write(buffer); i < buffer.Length; i++)
            {
                buffer[i] = Unmarked; // a file-backed flash grows by writing: this reserves the place of the mark
            }

            if (!_flash.EraseSector(sector * _flash.SectorBytes) || !_flash.Program(sector * _flash.SectorBytes, buffer, 0, buffer.Length))
            {
                return false;
            }

            _newest = sector;
            return true;
        }

        /// <summary>Clears every bit of the older copy, which may hold spent secrets. False if the flash fails or the newest copy does not
        /// read back.</summary>
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
