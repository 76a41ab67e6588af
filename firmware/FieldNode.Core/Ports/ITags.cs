namespace FieldNode.Core.Ports
{
    /// <summary>HMAC-SHA256 (RFC 2104, FIPS 180-4) under the node's key.</summary>
    public interface ITags
    {
        /// <summary>Writes the 32-byte tag of a range.</summary>
        void Compute(byte[] buffer, int offset, int count, byte[] tag, int tagOffset);
    }
}
