#if NET // a device has its own, in Drivers
using System;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FieldNode.Protocol
{
    /// <summary>
    /// SHA-256 by OpenSSL's own functions (its manual page SHA256_Init, deprecated there in favour of the ones that .NET calls, since 3.0, and kept). They take no lock and
    /// allocate nothing, so a block of 64 bytes costs what it costs: some 40 ns with the processor's instructions, where .NET takes 500 ns for any text, however short.
    /// </summary>
    public static class OpenSslSha256
    {
        private const string Library = "libcrypto.so.3";

        // The collector waits for a call that is not announced to it, which is to take less than a microsecond, without the processor's instructions too.
        private const int TextMax = 256;

        /// <summary>Whether the library is on this machine.</summary>
        public static bool IsHere { get; } = Find();

        /// <summary>The hash of a text, by .NET where the library is not.</summary>
        /// <param name="hash">32 bytes.</param>
        public static void HashData(ReadOnlySpan<byte> text, Span<byte> hash)
        {
            if (!IsHere)
            {
                SHA256.HashData(text, hash);
                return;
            }

            State state = default;
            Init(ref state);
            Update(ref state, text);
            Final(hash, ref state);
        }

        internal static void Init(ref State state) => Check(SHA256_Init(ref state));

        internal static void Update(ref State state, ReadOnlySpan<byte> text)
        {
            for (; text.Length > TextMax; text = text.Slice(TextMax))
            {
                Check(SHA256_Update(ref state, ref MemoryMarshal.GetReference(text), TextMax));
            }

            Check(SHA256_Update(ref state, ref MemoryMarshal.GetReference(text), (nuint)text.Length));
        }

        /// <param name="hash">32 bytes.</param>
        internal static void Final(Span<byte> hash, ref State state)
        {
            if (hash.Length < KeyedHash.TagBytes)
            {
                throw new ArgumentException($"{hash.Length} bytes, where a hash takes {KeyedHash.TagBytes}", nameof(hash));
            }

            Check(SHA256_Final(ref MemoryMarshal.GetReference(hash), ref state));
        }

        private static void Check(int isDone)
        {
            if (isDone != 1)
            {
                throw new CryptographicException("OpenSSL's SHA-256 failed");
            }
        }

        private static bool Find()
        {
            return NativeLibrary.TryLoad(Library, out IntPtr library)
                && NativeLibrary.TryGetExport(library, nameof(SHA256_Init), out _)
                && NativeLibrary.TryGetExport(library, nameof(SHA256_Update), out _)
                && NativeLibrary.TryGetExport(library, nameof(SHA256_Final), out _);
        }

        [DllImport(Library, ExactSpelling = true), SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int SHA256_Init(ref State state);

        [DllImport(Library, ExactSpelling = true), SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int SHA256_Update(ref State state, ref byte text, nuint count);

        [DllImport(Library, ExactSpelling = true), SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int SHA256_Final(ref byte hash, ref State state);

        /// <summary>Room for OpenSSL's SHA256_CTX (112 bytes in its sha.h): a hash under way, which a copy goes on from.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct State
        {
            private fixed ulong _words[16];
        }
    }
}
#endif
