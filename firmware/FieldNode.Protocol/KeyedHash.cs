#if NET // a device has its own, in Drivers
using System;
using System.Security.Cryptography;

namespace FieldNode.Protocol
{
    /// <summary>
    /// HMAC-SHA256 (RFC 2104, FIPS 180-4) under a key that is set once and used for many short texts: a seal is the HMAC of one byte, and a host opens millions.
    /// The hash is OpenSSL's, called directly where its library is (<see cref="OpenSslSha256"/>), and otherwise .NET's: the tag of a byte costs 200 ns or 700.
    /// One thread at a time.
    /// </summary>
    public sealed class KeyedHash : IDisposable
    {
        /// <summary>Bytes of a tag.</summary>
        public const int TagBytes = 32;

        // Of SHA-256 (RFC 2104, section 2).
        private const int BlockBytes = 64;

        private const byte Inner = 0x36;
        private const byte Outer = 0x5C;

        private readonly byte[] _innerPad = new byte[BlockBytes];
        private readonly byte[] _outerPad = new byte[BlockBytes];
        private readonly IncrementalHash? _platform;

        // What is left of the pads once they were hashed: so a key's second text costs half.
        private OpenSslSha256.State _inner;
        private OpenSslSha256.State _outer;
        private byte[] _key = Array.Empty<byte>();
        private bool _isSet;

        /// <summary>Calls OpenSSL directly where it can be.</summary>
        public KeyedHash()
            : this(OpenSslSha256.IsHere)
        {
        }

        /// <param name="isDirect">Whether OpenSSL is called directly; <see cref="OpenSslSha256.IsHere"/> says whether it can be.</param>
        public KeyedHash(bool isDirect)
        {
            _platform = isDirect ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }

        /// <summary>Hashes under this key from now on; the key in use is not set again.</summary>
        /// <param name="key">Any length; beyond 64 bytes its own hash takes its place (RFC 2104, section 2).</param>
        public void Use(ReadOnlySpan<byte> key)
        {
            if (_isSet && key.SequenceEqual(_key))
            {
                return;
            }

            if (_key.Length != key.Length)
            {
                _key = new byte[key.Length];
            }

            _isSet = false;
            key.CopyTo(_key);
            byte[] used = key.Length > BlockBytes ? SHA256.HashData(key) : _key;
            Pad(used, Inner, _innerPad);
            Pad(used, Outer, _outerPad);
            if (_platform == null)
            {
                Begin(ref _inner, _innerPad);
                Begin(ref _outer, _outerPad);
            }

            _isSet = true;
        }

        /// <summary>Writes the tag of a text.</summary>
        /// <param name="tag">32 bytes.</param>
        /// <exception cref="InvalidOperationException">There is no key yet.</exception>
        public void Compute(ReadOnlySpan<byte> text, Span<byte> tag)
        {
            if (!_isSet || tag.Length < TagBytes)
            {
                throw new InvalidOperationException(_isSet ? $"{tag.Length} bytes, where a tag takes {TagBytes}" : "a tag is of a key: none was set");
            }

            Span<byte> between = stackalloc byte[TagBytes];
            if (_platform == null)
            {
                End(_inner, text, between);
                End(_outer, between, tag);
                return;
            }

            _platform.AppendData(_innerPad);
            _platform.AppendData(text);
            _platform.GetHashAndReset(between);
            _platform.AppendData(_outerPad);
            _platform.AppendData(between);
            _platform.GetHashAndReset(tag);
        }

        public void Dispose()
        {
            _platform?.Dispose();
        }

        private static void Begin(ref OpenSslSha256.State state, byte[] pad)
        {
            OpenSslSha256.Init(ref state);
            OpenSslSha256.Update(ref state, pad);
        }

        private static void End(OpenSslSha256.State state, ReadOnlySpan<byte> text, Span<byte> hash)
        {
            OpenSslSha256.Update(ref state, text);
            OpenSslSha256.Final(hash, ref state);
        }

        private static void Pad(byte[] key, byte value, byte[] pad)
        {
            Array.Fill(pad, value);
            for (int i = 0; i < key.Length; i++)
            {
                pad[i] ^= key[i];
            }
        }
    }
}
#endif
