namespace FieldNode.Core.Ports
{
    /// <summary>
    /// NOR flash: erased bytes read 0xFF, programming only clears bits, a sector is erased as a whole. Addresses and counts are in bytes. A
    /// call returns false if the part reports or shows a failure; an invalid call (out of range) throws.
    /// </summary>
    public interface IFlash
    {
        /// <summary>Size; a multiple of <see cref="SectorBytes"/>.</summary>
        int Bytes { get; }

        /// <summary>Bytes erased together: 4,096 on W25Q parts.</summary>
        int SectorBytes { get; }

        bool Read(int address, byte[] buffer, int offset, int count);

        /// <summary>Durable when it returns true. May touch several 256-byte pages.</summary>
        bool Program(int address, byte[] buffer, int offset, int count);

        /// <summary>Erases the sector that begins at <paramref name="address"/>. Blocks, on a W25Q for 45 to 400 ms.</summary>
        bool EraseSector(int address);

        /// <summary>
        /// Begins to erase a sector; other sectors can be read and programmed meanwhile. Only one at a time: it must be polled to its end
        /// before the next.
        /// </summary>
        /// <returns><see cref="FlashErase.UnderWay"/>, <see cref="FlashErase.Busy"/> or <see cref="FlashErase.Failed"/>.</returns>
        byte BeginErase(int address);

        /// <summary>Advances the erase that was begun; returns quickly.</summary>
        /// <returns><see cref="FlashErase.UnderWay"/>; at the end, once, <see cref="FlashErase.Done"/> or
        /// <see cref="FlashErase.Failed"/>.</returns>
        byte PollErase();

        /// <summary>Waits for the erase that was begun; returns <see cref="FlashErase.Done"/> or <see cref="FlashErase.Failed"/>.</summary>
        byte WaitErase();
    }

    /// <summary>State of an erase in the background.</summary>
    public static class FlashErase
    {
        public const byte UnderWay = 0;

        /// <summary>The sector reads as erased.</summary>
        public const byte Done = 1;
        public const byte Failed = 2;

        /// <summary>Another erase is in progress, or its result was not polled yet.</summary>
        public const byte Busy = 3;
    }
}
