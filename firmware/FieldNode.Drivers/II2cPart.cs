namespace FieldNode.Drivers
{
    /// <summary>A part on the board's I2C bus.</summary>
    public interface II2cPart
    {
        /// <summary>Writes bytes, then reads some in the same transfer; false when nobody answers.</summary>
        bool Transfer(byte[] written, int writeCount, byte[] read, int readCount);
    }
}
