using System.Security.Cryptography;
using FieldNode.Protocol;

namespace FieldNode.Drivers
{
    /// <summary>The platform's HMAC-SHA256. It takes whole arrays, so ranges are copied: a few bytes for a seal, a batch for an
    /// upload.</summary>
    public sealed class Tags : ITags
    {
        public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
        {
            byte[] range = new byte[count];
            System.Array.Copy(buffer, offset, range, 0, count);
            byte[] computed = HMACSHA256.HashData(key, range);
            System.Array.Copy(computed, 0, tag, tagOffset, computed.Length);
            System.Array.Clear(computed, 0, computed.Length); // it may be a key, and the heap may not reuse the memory for a long time
        }
    }
}
