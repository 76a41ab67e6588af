using FieldNode.Core.Ports;

namespace FieldNode.Core.Enrolment
{
    /// <summary>
    /// Keeps the settings in two sectors of the flash, written in turns, so that one of them is whole at every moment. A sector holds one
    /// writing: at two writings a start, a part's 100,000 erases last 100,000 starts.
    /// </summary>
    public sealed class SettingsStore
    {
        /// <summary>Sectors it needs.</summary>
        public const int Sectors = 2;

        private readonly IFlash _flash;

        private int _newest = 1;

        public SettingsStore(IFlash flash)
        {
            _flash = flash;
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
            byte[] buffer = new byte[StoredSettings.BytesMax]; // not kept: it is needed at a start and for a card
            int count = settings.Write(buffer);
            if (!_flash.EraseSector(sector * _flash.SectorBytes) || !_flash.Program(sector * _flash.SectorBytes, buffer, 0, count))
            {
                return false;
            }

            _newest = sector;
            return true;
        }

        /// <summary>Clears every bit of the settings before the newest: they may hold secrets that are spent. False when the flash fails, or the newest do not read back.</summary>
        public bool DestroyOlder()
        {
            return Read(_newest, new StoredSettings()) && _flash.Program((1 - _newest) * _flash.SectorBytes, new byte[StoredSettings.BytesMax], 0, StoredSettings.BytesMax);
        }

        private bool Read(int sector, StoredSettings settings)
        {
            byte[] buffer = new byte[StoredSettings.BytesMax];
            settings.Clear();
            return _flash.Read(sector * _flash.SectorBytes, buffer, 0, buffer.Length) && settings.TryRead(buffer, buffer.Length);
        }
    }
}
