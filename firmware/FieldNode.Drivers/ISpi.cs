namespace FieldNode.Drivers
{
    /// <summary>A part on an SPI bus, and a pause while it works.</summary>
    public interface ISpi
    {
        /// <summary>One chip select: sends <paramref name="count"/> bytes and overwrites them with the part's answer.</summary>
        void Transfer(byte[] bytes, int count);

        /// <summary>Waits at least this many milliseconds.</summary>
        void Pause(int milliseconds);
    }
}
