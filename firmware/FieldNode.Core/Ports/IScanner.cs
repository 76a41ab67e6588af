namespace FieldNode.Core.Ports
{
    /// <summary>Bytes from a serial barcode scanner.</summary>
    public interface IScanner
    {
        /// <summary>Reads bytes that have arrived, at most <paramref name="count"/>; 0 if there are none. Never blocks.</summary>
        int Read(byte[] buffer, int offset, int count);
    }
}
