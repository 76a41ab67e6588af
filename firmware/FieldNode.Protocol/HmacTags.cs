#if NET // a device has its own, in Drivers
using System;
using System.Security.Cryptography;

namespace FieldNode.Protocol
{
    /// <summary>HMAC-SHA256 for the host and the simulator: .NET's. Setting a key costs as much as a tag of a few bytes, so the last one of
    /// each thread stays set.</summary>
    public sealed class HmacTags : ITags
    {
        /// <summary>Bytes of a tag.</summary>
        public const int TagBytes = 32;

        /// <summary>It keeps nothing but a hash for each thread: one serves everybody.</summary>
        public static readonly HmacTags Instance = new HmacTags();

        [ThreadStatic]
        private static IncrementalHash? s_hash;

        [ThreadStatic]
        private static byte[]? s_key;

        public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
        {
            Span<byte> target = tag.AsSpan(tagOffset, TagBytes); // before anything is hashed
            // A record's pad and the next record's key are tags under one key, one after the other.
            if (s_hash == null || !key.AsSpan().SequenceEqual(s_key))
            {
                s_hash?.Dispose();
                s_hash = null;
                s_hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
                s_key = (byte[])key.Clone();
            }

            s_hash.AppendData(buffer, offset, count);
            s_hash.GetHashAndReset(target);
        }
    }
}
#endif
