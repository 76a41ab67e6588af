using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FieldNode.Log.Keys;

/// <summary>
/// Twelve bytes that represent a code in the index: for a person's pseudonym its synthetic IV (<see cref="Vault"/>), for any other code the
/// first bytes of its SHA-256. Both are evenly distributed, which the index relies on, and neither reveals a person's code.
/// </summary>
/// <param name="High">The first eight bytes.</param>
internal readonly record struct CodeKey(ulong High, uint Low)
{
    public const int Bytes = Vault.IvBytes;

    private const int PseudonymDigits = Bytes / 3 * 4;

    public static CodeKey Compute(string code)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        if (Vault.IsSealed(code) && code.Length > PseudonymDigits && Base64Url.TryDecodeFromChars(code.AsSpan(1, PseudonymDigits),
            bytes, out _))
        {
            return Read(bytes);
        }

        SHA256.HashData(Encoding.UTF8.GetBytes(code), bytes);
        return Read(bytes);
    }

    public static CodeKey Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));

    public int CompareTo(CodeKey other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);
}
