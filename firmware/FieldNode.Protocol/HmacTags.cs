#if NET // a device has its own, in Drivers
using System;

namespace FieldNode.Protocol
{
    /// <summary>HMAC-SHA256 for the host and the simulator.</summary>
    public sealed class HmacTags : ITags
    {
        /// <summary>It keeps nothing but a hash for each thread: one serves everybody.</summary>
        public static readonly HmacTags Instance = new HmacTags();

        [ThreadStatic]
        private static KeyedHash? s_hash;

        public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
        {
            // A record's pad and the next record's key are tags under one key, one after the other.
            KeyedHash hash = s_hash ??= new KeyedHash();
            hash.Use(key);
            hash.Compute(buffer.AsSpan(offset, count), tag.AsSpan(tagOffset, KeyedHash.TagBytes));
        }
    }
}
#endif
