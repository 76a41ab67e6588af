namespace FieldNode.Protocol
{
    /// <summary>HMAC-SHA256 (RFC 2104, FIPS 180-4) of the current platform: the only primitive behind keys, tags and seals.</summary>
    public interface ITags
    {
        /// <summary>Writes the 32-byte tag of a range under a key.</summary>
        void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset);
    }
}
