#if NET // a device has its own, in Drivers
using System;
using System.Security.Cryptography;

namespace FieldNode.Protocol
{
    /// <summary>HMAC-SHA256 of .NET 10, for the host and the simulator.</summary>
    public sealed class HmacTags : ITags
    {
        /// <summary>It keeps nothing but a hash for each thread: one serves everybody.</summary>
        public static readonly HmacTags Instance = new HmacTags();

        // Of SHA-256 (RFC 2104, section 2).
        private const int BlockBytes = 64;

        [ThreadStatic]
        private static IncrementalHash? s_hash;

        public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
        {
            var message = buffer.AsSpan(offset, count);
            if (key.Length > BlockBytes || count > BlockBytes)
            {
                HMACSHA256.HashData(key, message, tag.AsSpan(tagOffset, HMACSHA256.HashSizeInBytes));
                return;
            }

            // A seal is the HMAC of one byte under a key of its own, and a host opens millions: setting a key anew costs the platform's HMAC several
            // times what the hash itself costs, the more so in several threads.
            IncrementalHash hash = s_hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> inner = stackalloc byte[BlockBytes + BlockBytes];
            Span<byte> outer = stackalloc byte[BlockBytes + SHA256.HashSizeInBytes];
            Pad(key, 0x36, inner.Slice(0, BlockBytes));
            Pad(key, 0x5C, outer.Slice(0, BlockBytes));
            message.CopyTo(inner.Slice(BlockBytes));
            hash.AppendData(inner.Slice(0, BlockBytes + count));
            hash.GetHashAndReset(outer.Slice(BlockBytes));
            hash.AppendData(outer);
            hash.GetHashAndReset(tag.AsSpan(tagOffset, SHA256.HashSizeInBytes));
        }

        private static void Pad(byte[] key, byte value, Span<byte> block)
        {
            block.Fill(value);
            for (int i = 0; i < key.Length; i++)
            {
                block[i] ^= key[i];
            }
        }
    }
}
#endif
