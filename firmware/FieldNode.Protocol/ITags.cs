namespace FieldNode.Protocol
{
    /// <summary>HMAC-SHA256 (RFC 2104, FIPS 180-4) of whatever platform runs this: the one primitive that keys, tags and seals are made
    /// of.</summary>
    public interface ITags
    {
        /// <summary>Writes the 32-byte tag of a range under a key.</summary>
        void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset);
    }
}
