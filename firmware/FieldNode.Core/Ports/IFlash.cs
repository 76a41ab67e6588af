namespace FieldNode.Core.Ports
{
    /// <summary>
    /// NOR flash: erased bytes read 0xFF, programming only clears bits, a sector is erased whole. Addresses and counts are in bytes.
    /// A call returns false when the part reports or shows a failure; a broken call (out of range) throws.
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

        /// <summary>Erases the sector that begins at <paramref name="address"/>: 45 to 400 ms on a W25Q, in which the caller
        /// waits.</summary>
        bool EraseSector(int address);

        /// <summary>
        /// Begins to erase a sector; other sectors are read and programmed meanwhile. One at a time: what is begun is polled to its end
        /// before the next.
        /// </summary>
        /// <returns><see cref="FlashErase.UnderWay"/>, <see cref="FlashErase.Busy"/> or <see cref="FlashErase.Failed"/>.</returns>
        byte BeginErase(int address);

        /// <summary>Goes on with the erase that was begun, and returns soon.</summary>
        /// <returns><see cref="FlashErase.UnderWay"/>; once it is over, one time, <see cref="FlashErase.Done"/> or
        /// <see cref="FlashErase.Failed"/>.</returns>
        byte PollErase();

        /// <summary>Waits for the erase that was begun: <see cref="FlashErase.Done"/> or <see cref="FlashErase.Failed"/>.</summary>
        byte WaitErase();
    }

    /// <summary>How an erase in the background stands.</summary>
    public static class FlashErase
    {
        public const byte UnderWay = 0;

        /// <summary>The sector reads as erased.</summary>
        public const byte Done = 1;
        public const byte Failed = 2;

        /// <summary>Another erase is under way, or its end was not polled yet.</summary>
        public const byte Busy = 3;
    }
}
