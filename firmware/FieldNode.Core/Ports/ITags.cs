namespace FieldNode.Core.Ports
{
    /// <summary>HMAC-SHA256 (RFC 2104, FIPS 180-4).</summary>
    public interface ITags
    {
        /// <summary>Writes the 32-byte tag of a range under a key.</summary>
        void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset);
    }
}
