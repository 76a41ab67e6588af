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

        /// <summary>Erases the sector that begins at <paramref name="address"/>.</summary>
        bool EraseSector(int address);
    }
}
