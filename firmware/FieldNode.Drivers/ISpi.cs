namespace FieldNode.Drivers
{
    /// <summary>A part on an SPI bus, and the passing of time while it works.</summary>
    public interface ISpi
    {
        /// <summary>One chip select: sends <paramref name="count"/> bytes and puts what the part answers meanwhile in their
        /// place.</summary>
        void Transfer(byte[] bytes, int count);

        /// <summary>Lets at least that many milliseconds pass.</summary>
        void Pause(int milliseconds);
    }
}
