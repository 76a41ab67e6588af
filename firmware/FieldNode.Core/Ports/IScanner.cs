namespace FieldNode.Core.Ports
{
    /// <summary>Bytes from a serial barcode scanner.</summary>
    public interface IScanner
    {
        /// <summary>Takes what has arrived, at most <paramref name="count"/> bytes; 0 when there is nothing. Never waits.</summary>
        int Read(byte[] buffer, int offset, int count);
    }
}
