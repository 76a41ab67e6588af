#if NET // the device's implementation is in Drivers
using System;
using System.Security.Cryptography;

namespace FieldNode.Protocol
{
    /// <summary>HMAC-SHA256 of .NET, for the host and the simulator. Setting a key costs as much as a tag of a few bytes, so each thread
    /// keeps its last key set.</summary>
    public sealed class HmacTags : ITags
    {
        /// <summary>Bytes of a tag.</summary>
        public const int TagBytes = 32;

        /// <summary>Shared by all callers: its only state is one hash per thread.</summary>
        public static readonly HmacTags Instance = new HmacTags();

        [ThreadStatic]
        private static IncrementalHash? s_hash;

        [ThreadStatic]
        private static byte[]? s_key;

        public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
        {
            Span<byte> target = tag.AsSpan(tagOffset, TagBytes); // fails on a bad range before anything is hashed
            // A record's pad and the next record's key are consecutive tags under the same key.
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
