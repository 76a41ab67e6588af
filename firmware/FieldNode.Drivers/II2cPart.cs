namespace FieldNode.Drivers
{
    /// <summary>A part on the board's I2C bus.</summary>
    public interface II2cPart
    {
        /// <summary>Writes bytes, then reads some in the same transfer; false if the part does not answer.</summary>
        bool Transfer(byte[] written, int writeCount, byte[] read, int readCount);
    }
}
