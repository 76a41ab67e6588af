#if NET // a device has its own, in Drivers
using System;
using System.Security.Cryptography;

namespace FieldNode.Protocol
{
    /// <summary>HMAC-SHA256 of .NET 10, for the host and the simulator.</summary>
    public sealed class HmacTags : ITags
    {
        /// <summary>It keeps nothing: one serves everybody.</summary>
        public static readonly HmacTags Instance = new HmacTags();

        public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
        {
            HMACSHA256.HashData(key, buffer.AsSpan(offset, count), tag.AsSpan(tagOffset, HMACSHA256.HashSizeInBytes));
        }
    }
}
#endif
